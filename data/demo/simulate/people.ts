import { asOfDay, endDay, firstDay, lastDay, weekdayOf, yearsSinceStart } from './calendar.ts'
import type { Exchange } from './contact-points.ts'
import type { Market } from './markets.ts'
import { drawName, type Gender, type NameStyle, type PersonName } from './names.ts'
import { type ChannelId, isOpen, type Shop, shops } from './network.ts'
import { type Address, cityOf, drawAddress } from './places.ts'
import { firstAbove, type Random, weighted } from './random.ts'
import { drawTraits, type Traits } from './traits.ts'

export type Medium = 'email' | 'sms' | 'mail' | 'phone'
export const media: readonly Medium[] = ['email', 'sms', 'mail', 'phone']

export interface LifeEvent {
  kind: 'moved' | 'married' | 'child_born' | 'retired' | 'new_job'
  day: number
  /** Whether the firm was told. */
  declared: boolean
  address: Address | null
}

/** A true person: what nobody but the simulation knows. Records are made from it. */
export interface Person {
  index: number
  market: Market
  style: NameStyle
  gender: Gender
  name: PersonName
  birth: number
  address: Address
  phone: string
  email: string
  household: number
  /** The earlier member of the household, and how they are related. */
  kin: { index: number; relation: 'spouse' | 'family' } | null
  traits: Traits
  lifeEvents: LifeEvent[]
  /** Local day (with fraction) of the first order or registration; -1 for people who are only on lists. */
  joined: number
  /** Whether the first day was an order; otherwise a registration. */
  buyer: boolean
  channel: ChannelId
  shop: Shop | null
  /** Index of the person who recommended the firm, or -1. */
  referrer: number
  /** Orders in an average day while alive; chance of leaving after an order; scale of the spend. */
  rate: number
  dropout: number
  spend: number
  /** Contentment apart from events, about 0. */
  mood: number
  /** Days from which and until which marketing may reach them, by medium; -1 is never. */
  consentFrom: Int32Array
  consentUntil: Int32Array
  preferredMedium: Medium
}

/** The purchase process: orders a year ~ gamma, k = 2 Erlang gaps, leaving after an order ~ beta, spend gamma-gamma. */
export const process = {
  rateShape: 1.15,
  ordersPerYear: 5,
  erlangStages: 2,
  dropoutA: 0.75,
  dropoutB: 5.6,
  spendShape: 4,
  spendSpread: 3.2,
  meanSpend: 330,
} as const

export const styles: readonly NameStyle[] = ['mainland', 'hong-kong', 'british']

/** Everybody the firm will meet by the last day, in the order they come, then `outsiders` who are only on lists. */
export function makePeople(
  rng: Random,
  exchange: Exchange,
  population: number,
  outsiders: number[],
): Person[] {
  const arrivals = drawArrivals(rng, population)
  const people: Person[] = []
  const lately: number[][] = [[], [], []]
  for (const { market, day } of arrivals) {
    const kin = rng.chance(0.16) ? pickKin(rng, people, lately[market] as number[]) : null
    const person = makePerson(rng, exchange, { index: people.length, market, kin, urban: 0.7 })
    join(rng, person, day + 0.4 + 0.5 * rng.next())
    const others = lately[market] as number[]
    if (person.buyer && others.length > 20 && rng.chance(0.07)) person.referrer = rng.pick(others)
    others.push(person.index)
    people.push(person)
  }
  outsiders.forEach((count, market) => {
    for (let i = 0; i < count; i++) {
      people.push(
        makePerson(rng, exchange, { index: people.length, market: market as Market, kin: null, urban: 0 }),
      )
    }
  })
  return people
}

function drawArrivals(rng: Random, population: number): { market: Market; day: number }[] {
  const days = lastDay - firstDay + 1
  const edges = new Float64Array(days * 3)
  let total = 0
  let untilAsOf = 0
  for (let i = 0; i < days * 3; i++) {
    const day = firstDay + Math.floor(i / 3)
    total += inflow((i % 3) as Market, day)
    edges[i] = total
    if (day <= asOfDay) untilAsOf = total
  }
  const count = Math.round((population * total) / untilAsOf)
  const drawn = Float64Array.from({ length: count }, () => firstAbove(edges, rng.next() * total)).sort()
  return Array.from(drawn, (i) => ({ market: (i % 3) as Market, day: firstDay + Math.floor(i / 3) }))
}

/** New people a day: a rush when membership opens; then a flat mainland, a slowly waning Hong Kong, a growing Britain. */
function inflow(market: Market, day: number): number {
  const years = yearsSinceStart(day)
  const rush = 1 + 1.6 * Math.exp(-years / 0.5)
  const base = [1, 0.34 - 0.02 * years, 0.13 + 0.1 * years][market] as number
  const weekday = weekdayOf(day)
  return base * (market === 2 && years < 1 ? 1 : rush) * (weekday === 0 || weekday === 6 ? 1.3 : 0.88)
}

interface Origin {
  index: number
  market: Market
  kin: Person | null
  /** Chance of being moved from a small town to a drawn one: buyers live in large cities. */
  urban: number
}

function makePerson(rng: Random, exchange: Exchange, { index, market, kin, urban }: Origin): Person {
  const style = drawStyle(rng, market)
  const spouse = kin !== null && rng.chance(0.6)
  const gender: Gender = spouse ? (kin.gender === 'f' ? 'm' : 'f') : rng.chance(0.58) ? 'f' : 'm'
  const keepsName =
    kin !== null && kin.style === style && (!spouse || (style === 'british' && rng.chance(0.75)))
  const name = drawName(rng, style, gender, keepsName ? kin.name : undefined)
  const age = kin === null ? 18 + 26 * Math.sqrt(rng.next()) + 18 * rng.next() : Number.NaN
  const birth = kin === null ? Math.round(firstDay - age * 365.25) : kinBirth(rng, kin, spouse)
  const address = kin?.address ?? drawAddress(rng, market, urban)
  const shared = kin !== null && rng.chance(0.2)
  return {
    index,
    market,
    style,
    gender,
    name,
    birth,
    address,
    phone: shared ? kin.phone : exchange.phone(market),
    email: exchange.email(market, name),
    household: kin?.household ?? index,
    kin: kin && { index: kin.index, relation: spouse ? 'spouse' : 'family' },
    traits: drawTraits(rng, market, firstDay - birth),
    lifeEvents: drawLifeEvents(rng, market, firstDay - birth),
    joined: -1,
    buyer: false,
    channel: 'WS',
    shop: null,
    referrer: -1,
    rate: 0,
    dropout: 0,
    spend: 0,
    mood: rng.normal(),
    consentFrom: new Int32Array(4).fill(-1),
    consentUntil: new Int32Array(4).fill(-1),
    preferredMedium: media[drawMedium(rng)] as Medium,
  }
}

const drawMedium = weighted([0.4, 0.3, 0.2, 0.1])
const drawStyle = (rng: Random, market: Market): NameStyle =>
  market === 2 && rng.chance(0.07)
    ? rng.chance(0.5)
      ? 'mainland'
      : 'hong-kong'
    : (styles[market] as NameStyle)

const pickKin = (rng: Random, people: Person[], candidates: number[]): Person | null =>
  candidates.length === 0 ? null : (people[rng.pick(candidates)] as Person)

/** A spouse is of about the same age; otherwise a grown child, or a parent where a child would be too young. */
function kinBirth(rng: Random, kin: Person, spouse: boolean): number {
  if (spouse) return Math.min(firstDay - 20 * 365, kin.birth + Math.round(rng.normal() * 1200))
  const generation = Math.round((24 + 8 * rng.next()) * 365.25)
  return kin.birth + generation < firstDay - 18 * 365 ? kin.birth + generation : kin.birth - generation
}

const drawLifeKind = weighted([0.45, 0.15, 0.15, 0.08, 0.17])
const lifeKinds: readonly LifeEvent['kind'][] = ['moved', 'married', 'child_born', 'retired', 'new_job']

function drawLifeEvents(rng: Random, market: Market, ageInDays: number): LifeEvent[] {
  const events: LifeEvent[] = []
  let day = firstDay + rng.exponential(2900)
  while (day < endDay) {
    const drawn = lifeKinds[drawLifeKind(rng)] as LifeEvent['kind']
    const kind = drawn === 'retired' && ageInDays < 52 * 365 ? 'new_job' : drawn
    const address = kind === 'moved' ? drawAddress(rng, market, 0.5) : null
    events.push({ kind, day: Math.floor(day), declared: rng.chance(0.6), address })
    day += 200 + rng.exponential(2900)
  }
  return events
}

const ownChannels: readonly (readonly ChannelId[])[] = [
  ['DS', 'FS', 'WX', 'MP', 'SF'],
  ['DS', 'FS', 'WS', 'SF'],
  ['DS', 'FS', 'WS'],
]
const drawChannel = [
  weighted([0.33, 0.21, 0.26, 0.17, 0.03]),
  weighted([0.52, 0.12, 0.33, 0.03]),
  weighted([0.3, 0.05, 0.65]),
]

export const pickChannel = (rng: Random, market: Market): ChannelId =>
  (ownChannels[market] as readonly ChannelId[])[
    (drawChannel[market] as (r: Random) => number)(rng)
  ] as ChannelId

/** Orders a year and leaving differ a little by the channel that won the person; lists set their own. */
const channelPace: Record<ChannelId, number> = {
  DS: 1.08,
  FS: 1,
  WX: 1,
  MP: 0.85,
  WS: 1,
  SF: 1.15,
  GP: 1,
  WH: 1,
}

export interface Bond {
  pace: number
  loyalty: number
}

/** Makes somebody known to the firm: channel, consents, and the parameters they will live by. */
export function join(rng: Random, person: Person, joined: number, bond?: Bond): void {
  const day = Math.floor(joined)
  const channel = pickChannel(rng, person.market)
  person.joined = joined
  person.buyer = bond !== undefined || !rng.chance(0.09)
  person.shop =
    channel === 'DS' || channel === 'FS'
      ? pickShop(rng, person.market, channel, day, cityOf(person.address).name)
      : null
  person.channel =
    person.shop === null && (channel === 'DS' || channel === 'FS')
      ? person.market === 0
        ? 'WX'
        : 'WS'
      : channel
  const pace = (bond?.pace ?? 1) * channelPace[person.channel]
  person.rate =
    (rng.gamma(process.rateShape) / process.rateShape) * (process.ordersPerYear / 365.25) * pace + 0.0002
  person.dropout = rng.beta(process.dropoutA, process.dropoutB * (bond?.loyalty ?? 1))
  person.spend =
    (process.meanSpend * (process.spendSpread - 1)) / (process.spendShape * rng.gamma(process.spendSpread))
  drawConsents(rng, person, day)
}

const givesConsent = [0.68, 0.58, 0.5, 0.22]

function drawConsents(rng: Random, person: Person, day: number): void {
  const cautious = rng.chance(0.15)
  const withdrawsAll = rng.chance(0.05) ? day + Math.round(rng.exponential(500)) : endDay
  givesConsent.forEach((share, i) => {
    if (cautious || !rng.chance(share)) return
    person.consentFrom[i] = day
    const own = rng.chance(0.06) ? day + Math.round(rng.exponential(500)) : endDay
    person.consentUntil[i] = Math.min(own, withdrawsAll, endDay)
  })
}

/** A shop of the kind in the market, the nearest first: a shop in one's own city is nine times as likely. */
export function pickShop(
  rng: Random,
  market: Market,
  channel: 'DS' | 'FS',
  day: number,
  near: string,
): Shop | null {
  let total = 0
  const pull = shops.map((shop) => {
    const open = shop.market === market && shop.channel === channel && isOpen(shop, day)
    if (!open) return total
    total += shop.size * (shop.city === near ? 9 : 1) * Math.exp(-shop.decline * yearsSinceStart(day))
    return total
  })
  if (total === 0) return null
  const at = rng.next() * total
  return shops[pull.findIndex((edge) => edge > at)] as Shop
}
