import { endDay, firstDayOfMonth, offsetOf, secondsPerDay } from './calendar.ts'
import type { Season } from './markets.ts'
import type { ChannelId, Roster, Shop } from './network.ts'
import { type Person, pickChannel, pickShop, process } from './people.ts'
import { cityOf } from './places.ts'
import type { Random } from './random.ts'
import { drawCase, type Trouble } from './trouble.ts'

/** Orders of persons, column by column, in the order they were lived: person after person. */
export interface Purchases {
  person: number[]
  /** Seconds, UTC. */
  time: number[]
  channel: ChannelId[]
  shop: (Shop | null)[]
  /** Position of the contact whose code was given, or -1. */
  contact: number[]
}

/** Everybody a campaign selected, column by column. */
export interface Contacts {
  campaign: number[]
  person: number[]
  treated: boolean[]
  delivered: boolean[]
  /** The order within the window that followed (whatever made it), or -1. */
  purchase: number[]
}

/** What truly happened in a campaign: outcomes with and without the piece, over everybody selected. */
export interface Outcome {
  selected: number
  without: number
  with: number
  treated: number
  treatedBought: number
  controlBought: number
}

export interface Lives {
  purchases: Purchases
  contacts: Contacts
  outcomes: Outcome[]
  troubles: Trouble[]
  /** By person: the moment of leaving for good (seconds, UTC), Infinity while alive at the end. */
  leftAt: Float64Array
  /** By person: the trouble that drove them away, or -1. */
  leftOver: Int32Array
  /** By person: whether they said that they were leaving (1; 2 over a complaint). Nothing is sent to them any more. */
  departed: Uint8Array
  /** By person: first purchase and number of purchases in `purchases`. */
  first: Int32Array
  count: Int32Array
  /** By person: cell of the programme: 0 not drawn, 1 member, 2 held back. */
  programme: Uint8Array
}

/** One person's time with the firm while it is lived. Times are local days with fraction. */
export interface Life {
  person: Person
  season: Season
  next: number
  last: number
  purchases: number
  pace: number
  gone: number
  /** 0, or as `departed`. */
  departed: number
  /** Closing of a badly handled complaint that will drive them away, and which one. */
  breaking: number
  trouble: number
  /** Recent pieces received: fades by a factor e in 90 days. */
  weariness: number
  wearyOn: number
  /** The contact whose window is open for the next natural order. */
  answering: number
}

const lifeEventPull = 0.15
const drivesAway = 0.3
/** A lapsed customer who is won back stays for good four times in ten. */
const revives = 0.4

export const trueParameters = {
  lifeEventPull,
  drivesAway,
  revives,
  weariness: 0.06,
  preferredMedium: 1.4,
  otherMedium: 0.85,
} as const

/** One in fourteen of those who leave says so; one in three after a complaint handled badly. */
export function leave(rng: Random, life: Life, time: number, angry: boolean): void {
  life.gone = time
  life.departed = rng.chance(angry ? 0.35 : 0.07) ? (angry ? 2 : 1) : 0
  life.next = Number.POSITIVE_INFINITY
}

/** The gap is Erlang with k = 2 in the market's own time, where busy days are long. */
export function scheduleNext(rng: Random, life: Life, from: number): void {
  const rate = life.person.rate * life.pace
  const gap = rng.gamma(process.erlangStages) / (process.erlangStages * rate)
  life.next = Math.max(from + 0.01, life.season.timeAt(life.season.passed(from) + gap))
  if (life.breaking < life.next) leave(rng, life, life.breaking, true)
}

/** Writes an order down, with its channel, shop, hour and whatever went wrong. */
export function record(
  rng: Random,
  life: Life,
  time: number,
  roster: Roster,
  lives: Lives,
  contact: number,
): number {
  const { person } = life
  const { purchases } = lives
  const day = Math.floor(time)
  const home = rng.chance(0.74)
  let channel = home ? person.channel : pickChannel(rng, person.market)
  let shop: Shop | null = null
  if (channel === 'DS' || channel === 'FS') {
    const stays = person.shop?.channel === channel && rng.chance(stayAt(person.shop, day))
    shop = stays ? person.shop : pickShop(rng, person.market, channel, day, cityOf(person.address).name)
    if (shop === null) channel = person.market === 0 ? 'WX' : 'WS'
  }
  const position = purchases.time.length
  purchases.person.push(person.index)
  purchases.time.push(day * secondsPerDay + secondOfDay(rng, shop !== null) - offsetOf(person.market, day))
  purchases.channel.push(channel)
  purchases.shop.push(shop)
  purchases.contact.push(contact)
  life.purchases++
  if (contact >= 0) lives.contacts.purchase[contact] = position
  const trouble = drawCase(
    rng,
    { order: position, market: person.market, day, worse: shop?.trouble ?? 1 },
    roster,
  )
  if (trouble !== null) {
    const drives = trouble.kind === 'complaint' && !trouble.well && rng.chance(drivesAway)
    if (drives && trouble.closed / secondsPerDay < life.breaking) {
      life.breaking = trouble.closed / secondsPerDay
      life.trouble = lives.troubles.length
    }
    lives.troubles.push(trouble)
  }
  return position
}

/** A shop loses its regulars as it declines, and all of them when it closes. */
function stayAt(shop: Shop, day: number): number {
  if (shop.closed !== null && shop.closed < day) return 0
  return 0.85 * Math.exp(-shop.decline * Math.max(0, (day - firstRegularDay) / 365.25))
}
const firstRegularDay = firstDayOfMonth(2022 * 12 + 9)

/** Shops are open from ten to nine; the web sells through the night, most in the evening. */
function secondOfDay(rng: Random, inShop: boolean): number {
  const hour = inShop
    ? 10 + 11 * (0.5 * rng.next() + 0.5 * rng.next())
    : (20.5 + 4.2 * rng.normal() + 24) % 24
  return Math.min(secondsPerDay - 1, Math.floor(hour * 3600))
}

/** An order that would not have been: a few days after `from`, within the window. */
export function extraOrder(
  rng: Random,
  life: Life,
  from: number,
  window: number,
  roster: Roster,
  lives: Lives,
  contact: number,
): void {
  const time = from + 1 + Math.min(window - 1.5, rng.exponential(window / 3))
  if (time > endDay) return
  record(rng, life, time, roster, lives, contact)
  life.last = Math.max(time, Number.isNaN(life.last) ? time : life.last)
  const wasGone = life.gone <= from
  const isFirst = life.purchases === 1
  if (wasGone ? rng.chance(revives) : isFirst) {
    life.gone = Number.POSITIVE_INFINITY
    life.breaking = Number.POSITIVE_INFINITY
    scheduleNext(rng, life, time)
  }
}
