import { endDay, offsetOf, secondsPerDay } from './calendar.ts'
import type { Campaign } from './campaign.ts'
import { extraOrder, type Life, type Lives, leave, record, scheduleNext, trueParameters } from './life.ts'
import { type Season, seasons } from './markets.ts'
import type { Roster } from './network.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import { select } from './selection.ts'

/** Lives every person's time with the firm to the last day: orders, campaigns, troubles, leaving. */
export function live(rng: Random, people: Person[], plan: readonly Campaign[], roster: Roster): Lives {
  const lives: Lives = {
    purchases: { person: [], time: [], channel: [], shop: [], contact: [] },
    contacts: { campaign: [], person: [], treated: [], delivered: [], purchase: [] },
    outcomes: plan.map(() => ({
      selected: 0,
      without: 0,
      with: 0,
      treated: 0,
      treatedBought: 0,
      controlBought: 0,
    })),
    troubles: [],
    leftAt: new Float64Array(people.length).fill(Number.POSITIVE_INFINITY),
    leftOver: new Int32Array(people.length).fill(-1),
    departed: new Uint8Array(people.length),
    first: new Int32Array(people.length),
    count: new Int32Array(people.length),
    programme: new Uint8Array(people.length),
  }
  for (const person of people) {
    if (person.joined >= 0) liveOne(rng, person, plan, roster, lives)
  }
  return lives
}

function liveOne(rng: Random, person: Person, plan: readonly Campaign[], roster: Roster, lives: Lives): void {
  const { index, joined } = person
  lives.first[index] = lives.purchases.time.length
  const life: Life = {
    person,
    season: seasons[person.market] as Season,
    // A registration without an order turns into one by itself after five years on average.
    next: person.buyer ? joined : joined + 1 + rng.exponential(1800),
    last: Number.NaN,
    purchases: 0,
    pace: 1,
    gone: Number.POSITIVE_INFINITY,
    departed: 0,
    breaking: Number.POSITIVE_INFINITY,
    trouble: -1,
    weariness: 0,
    wearyOn: joined,
    answering: -1,
  }
  let campaign = plan.findIndex(({ day }) => day > joined)
  if (campaign < 0) campaign = plan.length
  let event = 0
  for (;;) {
    const campaignDay = campaign < plan.length ? (plan[campaign] as Campaign).day : Number.POSITIVE_INFINITY
    const eventDay = person.lifeEvents[event]?.day ?? Number.POSITIVE_INFINITY
    const at = Math.min(life.next, campaignDay, eventDay)
    if (at > endDay) break
    if (at === life.next) order(rng, life, roster, lives)
    else if (at === campaignDay) select(rng, life, campaign++, plan, roster, lives)
    else {
      event++
      if (eventDay > joined && eventDay < life.gone && rng.chance(trueParameters.lifeEventPull))
        extraOrder(rng, life, eventDay, 60, roster, lives, -1)
    }
  }
  lives.count[index] = lives.purchases.time.length - (lives.first[index] as number)
  lives.leftAt[index] = life.gone === Number.POSITIVE_INFINITY ? life.gone : momentIn(life.gone, person)
  lives.departed[index] = life.departed
  lives.leftOver[index] = life.gone === life.breaking ? life.trouble : -1
}

const momentIn = (time: number, person: Person): number =>
  Math.round(time * secondsPerDay) - offsetOf(person.market, Math.floor(time))

/** A natural order: something may go wrong, the customer may leave for good, or the next order is drawn. */
function order(rng: Random, life: Life, roster: Roster, lives: Lives): void {
  const time = life.next
  record(rng, life, time, roster, lives, life.answering)
  life.answering = -1
  life.last = time
  if (rng.chance(life.person.dropout)) leave(rng, life, time, false)
  else scheduleNext(rng, life, time)
}
