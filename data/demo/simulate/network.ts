import { dayOf, firstDay, lastDay } from './calendar.ts'
import { type Market, markets } from './markets.ts'
import { drawName, hanName, latinName, type NameStyle } from './names.ts'
import type { Random } from './random.ts'

/** How the firm sells. The code is the operational system's. */
export const channels = [
  { id: 'DS', kind: 1, name: 'Own stores', nameZh: '直营店', opened: '2015-03-01' },
  { id: 'FS', kind: 2, name: 'Franchise stores', nameZh: '加盟店', opened: '2018-05-01' },
  { id: 'WX', kind: 3, name: 'WeChat shop', nameZh: '微信小程序', opened: '2020-02-01' },
  { id: 'MP', kind: 3, name: 'Marketplace flagship', nameZh: '平台旗舰店', opened: '2019-09-01' },
  { id: 'WS', kind: 3, name: 'Web shop', nameZh: '海外网店', opened: '2021-04-01' },
  { id: 'GP', kind: 4, name: 'Group purchase', nameZh: '团购', opened: '2017-01-01' },
  { id: 'SF', kind: 5, name: 'Sales staff', nameZh: '业务员', opened: '2016-06-01' },
  { id: 'WH', kind: 6, name: 'Wholesale', nameZh: '批发', opened: '2014-01-01' },
] as const
export type ChannelId = (typeof channels)[number]['id']

export interface Shop {
  id: string
  channel: 'DS' | 'FS'
  name: string
  market: Market
  city: string
  region: string
  opened: number
  closed: number | null
  /** Relative size. */
  size: number
  /** What its custom loses a year; a weak shop bleeds. */
  decline: number
  /** Multiplies the chance that something goes wrong, and of a return. */
  trouble: number
}

const shop = (line: string): Shop => {
  const [id, channel, market, name, city, region, opened, closed, size, decline, trouble] = line.split(
    '|',
  ) as string[]
  return {
    id: id as string,
    channel: channel as 'DS' | 'FS',
    market: markets.indexOf(market as 'CN') as Market,
    name: name as string,
    city: city as string,
    region: region as string,
    opened: dayOf(opened as string),
    closed: closed ? dayOf(closed) : null,
    size: Number(size),
    decline: Number(decline || 0),
    trouble: Number(trouble || 1),
  }
}

/** Fifteen own shops and eight franchised ones; D08 closed, D15 and F08 are new, F06 is run badly. */
export const shops: readonly Shop[] = [
  'D01|DS|CN|上海衡山路店|上海|上海市|2015-03-01||1.6||',
  'D02|DS|CN|上海新天地店|上海|上海市|2018-09-01||1.2||',
  'D03|DS|CN|杭州湖滨店|杭州|浙江省|2016-05-01||1.1||',
  'D04|DS|CN|北京三里屯店|北京|北京市|2017-04-01||1.3||',
  'D05|DS|CN|深圳万象店|深圳|广东省|2019-06-01||1.0||',
  'D06|DS|CN|苏州平江路店|苏州|江苏省|2018-03-01||0.7||',
  'D07|DS|CN|成都太古里店|成都|四川省|2020-10-01||0.8||',
  'D08|DS|CN|广州北京路店|广州|广东省|2016-11-01|2025-03-31|0.6|0.12|',
  'D09|DS|HK|Central|香港島|香港島|2016-01-01||1.2||',
  'D10|DS|HK|Causeway Bay|香港島|香港島|2018-01-01||1.0||',
  'D11|DS|HK|Tsim Sha Tsui|九龍|九龍|2017-07-01||1.1||',
  'D12|DS|HK|Sha Tin|新界|新界|2021-01-01||0.6||',
  'D13|DS|GB|Covent Garden|London|Greater London|2019-05-01||1.3||',
  'D14|DS|GB|King Street|Manchester|Greater Manchester|2021-09-01||0.7||',
  'D15|DS|GB|Stockbridge|Edinburgh|Midlothian|2024-04-15||0.8||',
  'F01|FS|CN|南京新街口店|南京|江苏省|2018-05-01||1.0||',
  'F02|FS|CN|武汉江汉路店|武汉|湖北省|2019-03-01||0.9||',
  'F03|FS|CN|西安钟楼店|西安|陕西省|2019-11-01||0.8||',
  'F04|FS|CN|宁波天一店|宁波|浙江省|2020-06-01||0.7||',
  'F05|FS|CN|青岛栈桥店|青岛|山东省|2021-05-01||0.8||',
  'F06|FS|CN|长沙五一店|长沙|湖南省|2020-09-01||1.2|0.3|2.4',
  'F07|FS|HK|Yuen Long|新界|新界|2021-06-01||0.8||',
  'F08|FS|GB|Harborne|Birmingham|West Midlands|2025-02-01||0.7||',
].map(shop)

export const isOpen = (shop: Shop, day: number): boolean =>
  shop.opened <= day && (shop.closed === null || shop.closed >= day)

export interface Employee {
  id: string
  role: 'shop' | 'sales' | 'service'
  shop: Shop | null
  channel: ChannelId | null
  market: Market
  name: string
  hired: number
  left: number | null
  /** Multiplies what a customer buys (shop and sales staff). */
  skill: number
  /** Chance of settling a case well (service staff). */
  care: number
}

const styles: readonly NameStyle[] = ['mainland', 'hong-kong', 'british']

/** Shop staff (four or five a shop), ten sales people and twelve who handle cases; some leave and are replaced. */
export function makeStaff(rng: Random): Employee[] {
  const staff: Employee[] = []
  const hire = (
    role: Employee['role'],
    market: Market,
    shop: Shop | null,
    channel: ChannelId | null,
    from: number,
  ) => {
    let hired = from
    while (hired <= lastDay) {
      const stays = Math.round(rng.exponential(1500))
      const left = hired + stays < lastDay ? hired + stays : null
      const style = styles[market] as NameStyle
      const name = drawName(rng, style, rng.chance(0.6) ? 'f' : 'm')
      staff.push({
        id: `E${String(staff.length + 1).padStart(4, '0')}`,
        role,
        shop,
        channel,
        market,
        name: market === 0 ? hanName(name) : latinName(name, style),
        hired,
        left,
        skill: Math.exp(0.13 * rng.normal()),
        care: 0.35 + 0.5 * rng.next(),
      })
      if (left === null || (shop?.closed && left >= shop.closed)) return
      hired = left + rng.between(5, 40)
    }
  }
  for (const place of shops) {
    for (let i = 0; i < 4 + Math.round(place.size - 0.6); i++)
      hire('shop', place.market, place, place.channel, Math.max(place.opened, firstDay - 400))
  }
  for (const market of [0, 0, 0, 0, 0, 1, 1, 1, 2, 2] as Market[])
    hire('sales', market, null, 'SF', firstDay - rng.between(0, 900))
  for (const market of [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2] as Market[])
    hire('service', market, null, null, firstDay - rng.between(0, 900))
  return staff
}

/** Who works where, for quick drawing. */
export interface Roster {
  /** Somebody of the shop on that day; null when nobody is employed there. */
  shopHand(rng: Random, shop: Shop, day: number): Employee | null
  /** The sales person of an account: the same one as long as employed. */
  salesPerson(account: number, market: Market, day: number): Employee | null
  handler(rng: Random, market: Market, day: number): Employee
}

export function makeRoster(staff: Employee[]): Roster {
  const works = (person: Employee, day: number) =>
    person.hired <= day && (person.left === null || person.left >= day)
  const byShop = new Map(shops.map((shop) => [shop, staff.filter((person) => person.shop === shop)]))
  const inMarket = (role: Employee['role']) =>
    [0, 1, 2].map((market) => staff.filter((person) => person.role === role && person.market === market))
  const sales = inMarket('sales')
  const service = inMarket('service')
  const drawn = (rng: Random, list: Employee[], day: number): Employee | null => {
    for (let tries = 0; tries < 8; tries++) {
      const person = rng.pick(list)
      if (works(person, day)) return person
    }
    return list.find((person) => works(person, day)) ?? null
  }
  return {
    shopHand: (rng, shop, day) => drawn(rng, byShop.get(shop) as Employee[], day),
    salesPerson(account, market, day) {
      const list = sales[market] as Employee[]
      for (let i = 0; i < list.length; i++) {
        const person = list[(account + i) % list.length] as Employee
        if (works(person, day)) return person
      }
      return null
    },
    handler: (rng, market, day) =>
      drawn(rng, service[market] as Employee[], day) ?? (service[market]?.[0] as Employee),
  }
}
