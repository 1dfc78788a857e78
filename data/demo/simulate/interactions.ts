import { dayOf, firmDayOf, lastDay, secondsPerDay } from './calendar.ts'
import type { Lives } from './life.ts'
import type { Organisation } from './organisations.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'

/** A contact that somebody began: a call, a signed-in visit to the web site, a talk in the shop, an expo stand. */
export interface Interaction {
  kind: 'hotline' | 'site_visit' | 'store_visit' | 'expo'
  person: number
  organisation: number
  /** Seconds, UTC. */
  at: number
  channel: string | null
  subject: string
}

const expos = [
  '2023-05-20',
  '2023-09-16',
  '2024-05-18',
  '2024-09-14',
  '2025-05-17',
  '2025-09-13',
  '2026-05-16',
  '2026-09-12',
].map(dayOf)

export function makeInteractions(
  rng: Random,
  people: Person[],
  organisations: Organisation[],
  lives: Lives,
): Interaction[] {
  const made: Interaction[] = []
  const { purchases } = lives
  for (const trouble of lives.troubles) {
    if (rng.chance(0.55))
      made.push({
        kind: 'hotline',
        person: purchases.person[trouble.order] as number,
        organisation: -1,
        at: trouble.opened - rng.between(60, 900),
        channel: null,
        subject: trouble.kind,
      })
  }
  purchases.time.forEach((time, i) => {
    const person = purchases.person[i] as number
    const inShop = purchases.shop[i] !== null
    const noticed = inShop ? 0.02 : 0.075
    if (!rng.chance(noticed)) return
    const before = inShop ? rng.between(1, 9) * secondsPerDay : rng.between(300, 3 * secondsPerDay)
    made.push({
      kind: inShop ? 'store_visit' : 'site_visit',
      person,
      organisation: -1,
      at: time - before,
      channel: purchases.channel[i] ?? null,
      subject: inShop ? 'advice' : 'browse',
    })
  })
  for (const person of people) if (person.joined >= 0) visits(rng, person, made)
  for (const { index, market, started, ended } of organisations) {
    for (const [i, day] of expos.entries()) {
      const near = i % 2 === 0 ? market < 2 : market === 2
      if (near && started - 60 < day && ended > day && rng.chance(0.12))
        made.push({
          kind: 'expo',
          person: -1,
          organisation: index,
          at: noonOf(rng, day),
          channel: null,
          subject: 'stand',
        })
    }
  }
  // Nobody is known before the first day with the firm.
  const isKnown = ({ person, at }: Interaction) =>
    person < 0 || at / secondsPerDay > (people[person] as Person).joined
  return made.filter((entry) => firmDayOf(entry.at) <= lastDay && isKnown(entry)).sort((a, b) => a.at - b.at)
}

const noonOf = (rng: Random, day: number): number => day * secondsPerDay + rng.between(3 * 3600, 9 * 3600)

/** Expos draw people who live near; some who registered there never order. */
function visits(rng: Random, person: Person, made: Interaction[]): void {
  const { joined, market } = person
  expos.forEach((day, i) => {
    const near = i % 2 === 0 ? market < 2 : market === 2
    if (near && day > joined && rng.chance(0.012))
      made.push({
        kind: 'expo',
        person: person.index,
        organisation: -1,
        at: noonOf(rng, day),
        channel: null,
        subject: 'stand',
      })
  })
  if (!person.buyer && rng.chance(0.7)) {
    const at = Math.round(joined * secondsPerDay) + rng.between(60, 900)
    const site = person.shop === null
    made.push({
      kind: site ? 'site_visit' : 'expo',
      person: person.index,
      organisation: -1,
      at,
      channel: site ? person.channel : null,
      subject: 'register',
    })
  }
}
