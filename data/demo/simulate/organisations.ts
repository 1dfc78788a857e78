import { endDay, firstDay, lastDay, offsetOf, secondsPerDay } from './calendar.ts'
import { type Exchange, localPart } from './contact-points.ts'
import { type Market, seasons } from './markets.ts'
import { drawName, hanName, latinName, type PersonName } from './names.ts'
import { styles } from './people.ts'
import { type Address, cityOf, drawAddress } from './places.ts'
import { type Random, weighted } from './random.ts'

export type AccountClass = 'wholesale' | 'group' | 'franchise'

export interface ContactPerson {
  name: string
  role: 'decider' | 'buyer' | 'user' | 'influencer'
  email: string
  phone: string
  /** Index of the person when a customer of their own as well, else -1. */
  person: number
}

/** A true organisation. */
export interface Organisation {
  index: number
  market: Market
  accountClass: AccountClass
  /** Without its legal form. */
  trade: string
  legalForm: string
  registration: string
  domain: string
  /** Codes of the operational system. */
  industry: number
  size: number
  state: number
  address: Address
  phone: string
  principal: string
  people: ContactPerson[]
  /** First day, and the day the contract ends (Infinity while it runs). */
  started: number
  ended: number
  exit: { reason: number; cause: 'firm' | 'competitor' | 'customer' | 'unknown' }
  rate: number
  spend: number
  /** Discount on account prices, percent. */
  terms: number
}

/** Orders in a year, chance of ending in a year, and the mean order in yuan at account prices. */
export const accountClasses: Record<
  AccountClass,
  { share: number; orders: number; churn: number; order: number; price: number }
> = {
  wholesale: { share: 0.57, orders: 12.5, churn: 0.11, order: 2300, price: 0.62 },
  group: { share: 0.41, orders: 3.2, churn: 0.16, order: 5200, price: 0.84 },
  franchise: { share: 0.02, orders: 22, churn: 0.04, order: 5200, price: 0.55 },
}

const classes = Object.keys(accountClasses) as AccountClass[]
const drawClass = weighted(classes.map((name) => accountClasses[name].share))
const drawMarket = weighted([0.6, 0.22, 0.18])

export function makeOrganisations(rng: Random, exchange: Exchange, count: number): Organisation[] {
  const taken = new Set<string>()
  const made: Organisation[] = []
  while (made.length < count) {
    const organisation = makeOne(rng, exchange, made.length)
    const key = organisation.trade + organisation.legalForm
    if (taken.has(key)) continue
    taken.add(key)
    made.push(organisation)
  }
  return made
}

function makeOne(rng: Random, exchange: Exchange, index: number): Organisation {
  const market = drawMarket(rng) as Market
  const accountClass = classes[drawClass(rng)] as AccountClass
  const { orders, churn, order } = accountClasses[accountClass]
  const address = drawAddress(rng, market, 0.5)
  const { trade, legalForm, latin } = drawTrade(rng, market, address)
  // Four in ten were accounts before the records begin; the rest are won over the years.
  const started = rng.chance(0.42) ? firstDay + rng.int(75) : rng.between(firstDay + 75, lastDay)
  const ended = started + Math.round(rng.exponential(365.25 / churn))
  const domain = `${latin.toLowerCase().replaceAll(/[^a-z]/g, '')}${index % 7}.${['cn', 'hk', 'uk'][market]}.example.org`
  return {
    index,
    market,
    accountClass,
    trade,
    legalForm,
    registration: drawRegistration(rng, market),
    domain,
    industry: accountClass === 'group' ? rng.between(5, 8) : rng.between(1, 4),
    size: rng.between(1, 5),
    state: 1 + weighted([0.3, 0.5, 0.2])(rng),
    address,
    phone: exchange.phone(market),
    principal: writeName(drawName(rng, styles[market] as 'british', rng.chance(0.4) ? 'f' : 'm'), market),
    people: drawPeople(rng, exchange, market, domain),
    started,
    ended: ended > endDay ? Number.POSITIVE_INFINITY : ended,
    exit: {
      reason: rng.between(1, 4),
      cause: (['firm', 'competitor', 'customer', 'unknown'] as const)[
        weighted([0.3, 0.3, 0.25, 0.15])(rng)
      ] as 'firm',
    },
    rate: ((rng.gamma(2) / 2) * orders) / 365.25,
    spend: (order * 1.6) / (3 * rng.gamma(2.6)),
    terms: rng.between(0, 4) * 2,
  }
}

const writeName = (name: PersonName, market: Market): string =>
  market === 0 ? hanName(name) : latinName(name, styles[market] as 'british')

const roles = ['decider', 'buyer', 'user', 'influencer'] as const

function drawPeople(rng: Random, exchange: Exchange, market: Market, domain: string): ContactPerson[] {
  return Array.from({ length: rng.between(1, 4) }, (_, i) => {
    const name = drawName(rng, styles[market] as 'british', rng.chance(0.5) ? 'f' : 'm')
    const local = `${localPart(name.given)}.${localPart(name.family)}`
    return {
      name: writeName(name, market),
      role: roles[i === 0 ? rng.int(2) : i] as 'buyer',
      email: `${local}@${domain}`,
      phone: exchange.phone(market),
      person: -1,
    }
  })
}

const hanWords =
  '清和 瑞丰 福源 云顶 雅集 永昌 恒信 锦绣 茗香 盛世 和润 天成 君悦 德盛 宏远 春晖 嘉禾 明月 同泰 泰和'.split(
    ' ',
  )
const hanLatin =
  'Qinghe Ruifeng Fuyuan Yunding Yaji Yongchang Hengxin Jinxiu Mingxiang Shengshi Herun Tiancheng Junyue Desheng Hongyuan Chunhui Jiahe Mingyue Tongtai Taihe'.split(
    ' ',
  )
const hanTrades = '茶业 商贸 礼品 酒店 餐饮 文化传播 食品 家居'.split(' ')
const harbourWords =
  'Tak Fuk|Wing Hing|Kam Wah|Shun Lee|Hang Seng Tea|Lucky Star|Golden Bridge|Fook Yuen|Pacific Leaf|Lung Kee|Yau Shing|Mei Fung|Tai Cheong|Po Wah|On Ning|Hoi Tin'.split(
    '|',
  )
const harbourTrades = 'Trading|Gifts|Hotel|Tea House|Restaurant|Department Store|Provisions|Design'.split('|')
const crownWords =
  'Ashworth & Hill|Riverside|Old Mill|Pemberton|The Copper Kettle|Hargreaves|Number Nine|Thornton|White Hart|Bluebell|Fletcher & Daughters|Northgate|The Pantry|Saddlers|Kingsway|Orchard House'.split(
    '|',
  )
const crownTrades = 'Tea Rooms|Gifts|Hotel|Deli|Interiors|Farm Shop|Department Store|Events'.split('|')

/** A trading name as its country makes them, its legal form apart, and what its domain is made of. */
function drawTrade(
  rng: Random,
  market: Market,
  address: Address,
): { trade: string; legalForm: string; latin: string } {
  if (market === 0) {
    const word = rng.int(hanWords.length)
    const trade = `${cityOf(address).name}${hanWords[word]}${rng.chance(0.3) ? rng.pick(['新', '华', '东', '南', '信']) : ''}${rng.pick(hanTrades)}`
    return {
      trade,
      legalForm: rng.chance(0.8) ? '有限公司' : '股份有限公司',
      latin: `${hanLatin[word]}${cityOf(address).latin}`,
    }
  }
  const [words, trades] = market === 1 ? [harbourWords, harbourTrades] : [crownWords, crownTrades]
  const place = rng.chance(0.35) ? ` (${cityOf(address).latin})` : ''
  const trade = `${rng.pick(words)} ${rng.pick(trades)}${place}`
  return {
    trade,
    legalForm:
      market === 1
        ? rng.pick(['Limited', 'Co. Ltd.', 'Company Limited'])
        : rng.pick(['Ltd', 'Limited', 'LLP', 'plc']),
    latin: trade,
  }
}

function drawRegistration(rng: Random, market: Market): string {
  const digits = (count: number) => Array.from({ length: count }, () => rng.int(10)).join('')
  // Shaped like each register's numbers; the mainland's code carries a check character, which 'X0' never is.
  return market === 0 ? `91${digits(6)}MA${digits(6)}X0` : market === 1 ? digits(7) : `9${digits(7)}`
}

/** Orders of organisations, column by column, in the order of the accounts. */
export interface AccountOrders {
  organisation: number[]
  /** Seconds, UTC. */
  time: number[]
}

/** Erlang (k = 2) gaps while the contract runs. Group buyers order for the festivals, the others all year. */
export function placeAccountOrders(rng: Random, organisations: Organisation[]): AccountOrders {
  const orders: AccountOrders = { organisation: [], time: [] }
  for (const { index, market, accountClass, started, ended, rate } of organisations) {
    const season = seasons[market] as (typeof seasons)[number]
    let time = started + rng.next() * 20
    while (time < ended && time <= endDay) {
      const day = Math.floor(time)
      if (accountClass !== 'group' || season.weight(day) > 1.05 || rng.chance(0.5)) {
        orders.organisation.push(index)
        orders.time.push(day * secondsPerDay + rng.between(9 * 3600, 18 * 3600) - offsetOf(market, day))
      }
      time += rng.gamma(2) / (2 * rate)
    }
  }
  return orders
}
