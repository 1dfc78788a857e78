import type { Shelf } from './baskets.ts'
import { firmDayOf, firstDay, lastDay, offsetOf, secondsPerDay, yearsSinceStart } from './calendar.ts'
import type { Campaign } from './campaign.ts'
import type { Lives } from './life.ts'
import type { Market } from './markets.ts'
import { type ChannelId, isOpen, type Roster, type Shop, shops } from './network.ts'
import { type AccountOrders, accountClasses, type Organisation } from './organisations.ts'
import { type Person, process } from './people.ts'
import type { Random } from './random.ts'
import { buyerKinds, endOfLines, type NewOrder, openOrder, type Sales } from './sales.ts'
import { tastes } from './traits.ts'

/** What every order is made with. */
export interface Till {
  rng: Random
  sales: Sales
  shelf: Shelf
  roster: Roster
}

/** Percent off by coupon. WELCOME and BIRTHDAY are for anyone; the others belong to campaigns. */
export const coupons: Readonly<Record<string, number>> = {
  HELLO10: 10,
  BIRTHDAY12: 12,
  WELCOME15: 15,
  BACK20: 20,
  CUP10: 10,
  D11TEN: 10,
  GIFT12: 12,
  LEAF10: 10,
}

/** One order for each purchase of `lives`, at the same position: contacts and cases point there. `welcomes`: by person, the list campaign whose code came with the first order. */
export function takePersonOrders(
  till: Till,
  people: Person[],
  lives: Lives,
  plan: readonly Campaign[],
  welcomes: Map<number, Campaign>,
): void {
  const { purchases, contacts } = lives
  purchases.time.forEach((time, i) => {
    const person = people[purchases.person[i] as number] as Person
    const isFirst = lives.first[person.index] === i
    const contact = purchases.contact[i] as number
    const campaign =
      contact >= 0
        ? plan[contacts.campaign[contact] as number]
        : isFirst
          ? welcomes.get(person.index)
          : undefined
    const coupon = campaign === undefined ? looseCoupon(till.rng, isFirst) : campaign.coupon
    personOrder(till, {
      person,
      time,
      channel: purchases.channel[i] as ChannelId,
      shop: purchases.shop[i] ?? null,
      campaign: campaign?.id ?? null,
      coupon,
      cancelled: false,
    })
  })
}

const looseCoupon = (rng: Random, isFirst: boolean): string | null =>
  isFirst ? (rng.chance(0.22) ? 'HELLO10' : null) : rng.chance(0.03) ? 'BIRTHDAY12' : null

interface PersonOrder {
  person: Person
  time: number
  channel: ChannelId
  shop: Shop | null
  campaign: string | null
  coupon: string | null
  cancelled: boolean
}

function personOrder({ rng, sales, shelf, roster }: Till, order: PersonOrder): void {
  const { person, time, channel, shop, coupon } = order
  const { market } = person
  const day = firmDayOf(time)
  const staff =
    shop !== null
      ? roster.shopHand(rng, shop, day)
      : channel === 'SF'
        ? roster.salesPerson(person.index, market, day)
        : null
  const taste = tastes[person.traits.taste] as (typeof tastes)[number]
  const budget = rng.gamma(process.spendShape) * person.spend * taste.spend * (staff?.skill ?? 1)
  openOrder(sales, {
    ...order,
    kind: buyerKinds.person,
    who: person.index,
    market,
    staff,
    returnOf: -1,
    shipping: 0,
    fulfilment: 0,
  })
  shelf.fill(rng, sales, {
    market,
    day,
    budget,
    taste: person.traits.taste,
    priceFactor: 1,
    percentOff: coupon === null ? 0 : (coupons[coupon] as number),
    mostLines: 1 + Math.min(4, rng.poisson(1.1)),
  })
  deliver(rng, sales, channel)
}

const freeFrom = [9900, 30000, 3500]
const charged = [1000, 3000, 395]
const parcel = [900, 2600, 420]

/** Web orders are sent: delivery is charged below a value and costs the firm something; shops hand over. */
function deliver(rng: Random, sales: Sales, channel: ChannelId): void {
  if (channel === 'DS' || channel === 'FS' || channel === 'SF') return
  const last = sales.time.length - 1
  const market = sales.market[last] as Market
  const value = orderValue(sales, last)
  sales.shipping[last] = value < (freeFrom[market] as number) ? (charged[market] as number) : 0
  sales.fulfilment[last] = Math.round((parcel[market] as number) * (0.8 + 0.5 * rng.next()) + value * 0.006)
}

function orderValue(sales: Sales, order: number): number {
  const { quantity, price, discount } = sales.lines
  let value = 0
  for (let i = sales.firstLine[order] as number; i < endOfLines(sales, order); i++) {
    value += (quantity[i] as number) * (price[i] as number) - (discount[i] as number)
  }
  return value
}

/** The orders of organisations; returns the position of each in the books. */
export function takeAccountOrders(
  till: Till,
  organisations: Organisation[],
  { organisation, time }: AccountOrders,
): number[] {
  return organisation.map((index, i) => {
    const position = accountOrder(till, organisations[index] as Organisation, time[i] as number, false)
    if (till.rng.chance(0.012))
      accountOrder(
        till,
        organisations[index] as Organisation,
        (time[i] as number) - till.rng.between(3600, 40000),
        true,
      )
    return position
  })
}

function accountOrder(
  { rng, sales, shelf, roster }: Till,
  account: Organisation,
  time: number,
  cancelled: boolean,
): number {
  const { market, accountClass, index } = account
  const day = firmDayOf(time)
  const bySales = accountClass === 'wholesale' && index % 3 === 0
  const channel: ChannelId = accountClass === 'group' ? 'GP' : bySales ? 'SF' : 'WH'
  const staff = roster.salesPerson(index, market, day)
  openOrder(sales, {
    kind: buyerKinds.organisation,
    who: index,
    time,
    market,
    channel,
    shop: null,
    staff,
    campaign: null,
    coupon: null,
    cancelled,
    returnOf: -1,
    shipping: 0,
    fulfilment: 0,
  })
  shelf.fill(rng, sales, {
    market,
    day,
    budget: rng.gamma(3) * account.spend * (staff?.skill ?? 1),
    taste: -1,
    priceFactor: accountClasses[accountClass].price,
    percentOff: account.terms,
    mostLines: rng.between(2, 7),
  })
  const position = sales.time.length - 1
  // Franchisees fetch their goods: what that costs the firm is not booked by order.
  sales.fulfilment[position] =
    accountClass === 'franchise' ? -1 : Math.round(orderValue(sales, position) * (0.025 + 0.015 * rng.next()))
  return position
}

/** Passers-by in the shops, of whom nothing is known. */
export function takeWalkIns({ rng, sales, shelf, roster }: Till, count: number): void {
  for (let i = 0; i < count; i++) {
    const day = rng.between(firstDay, lastDay)
    const shop = rng.pick(shops)
    if (!isOpen(shop, day) || !rng.chance((shop.size / 1.6) * Math.exp(-shop.decline * yearsSinceStart(day))))
      continue
    const time = day * secondsPerDay + rng.between(36000, 75000) - offsetOf(shop.market, day)
    openOrder(sales, {
      ...nobody,
      time,
      market: shop.market,
      channel: shop.channel,
      shop,
      staff: roster.shopHand(rng, shop, day),
    })
    const taste = rng.int(tastes.length)
    shelf.fill(rng, sales, {
      market: shop.market,
      day,
      budget: rng.gamma(2) * 90,
      taste,
      priceFactor: 1,
      percentOff: 0,
      mostLines: rng.between(1, 3),
    })
  }
}

const nobody: Omit<NewOrder, 'time' | 'market' | 'channel' | 'shop' | 'staff'> = {
  kind: buyerKinds.unknown,
  who: -1,
  campaign: null,
  coupon: null,
  cancelled: false,
  returnOf: -1,
  shipping: 0,
  fulfilment: 0,
}

/** Web orders that were called off and placed again: no purchase, but they stand in the books. */
export function takeCancelled(till: Till, people: Person[], lives: Lives): void {
  const { purchases } = lives
  purchases.time.forEach((time, i) => {
    const channel = purchases.channel[i] as ChannelId
    if (purchases.shop[i] !== null || channel === 'SF' || !till.rng.chance(0.045)) return
    // Nobody is a member before the first order.
    if (lives.first[purchases.person[i] as number] === i) return
    const person = people[purchases.person[i] as number] as Person
    personOrder(till, {
      person,
      time: time - till.rng.between(300, 7200),
      channel,
      shop: null,
      campaign: null,
      coupon: null,
      cancelled: true,
    })
  })
}
