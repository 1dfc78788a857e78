import { firstDay } from './calendar.ts'
import type { Organisation } from './organisations.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'

/** A tie that was declared to the firm; `to` is a person unless `account` names an organisation. */
export interface Tie {
  kind: 'spouse' | 'family' | 'colleague' | 'referral' | 'account'
  from: number
  to: number
  toOrganisation: boolean
  day: number
}

/** Declared ties, by day. Half of the couples and families say so; nearly everybody who was recommended does. */
export function makeTies(rng: Random, people: Person[], organisations: Organisation[]): Tie[] {
  const ties: Tie[] = []
  const members = people.filter(({ joined }) => joined >= 0)
  for (const person of members) {
    const day = Math.floor(person.joined)
    if (person.referrer >= 0)
      ties.push({ kind: 'referral', from: person.referrer, to: person.index, toOrganisation: false, day })
    if (person.kin === null) continue
    const other = people[person.kin.index] as Person
    const from = Math.max(day, Math.floor(other.joined))
    if (rng.chance(0.55))
      ties.push({
        kind: person.kin.relation,
        from: other.index,
        to: person.index,
        toOrganisation: false,
        day: from + rng.int(90),
      })
    if (rng.chance(0.1))
      ties.push({
        kind: 'account',
        from: other.index,
        to: person.index,
        toOrganisation: false,
        day: from + rng.int(200),
      })
  }
  for (let i = 1; i < members.length; i++) {
    const [a, b] = [members[i - 1], members[i]] as [Person, Person]
    const near = a.market === b.market && a.address.city === b.address.city && a.household !== b.household
    if (near && rng.chance(0.06))
      ties.push({
        kind: 'colleague',
        from: a.index,
        to: b.index,
        toOrganisation: false,
        day: Math.floor(b.joined) + rng.int(120),
      })
  }
  for (const { index, people: staff, started } of organisations) {
    for (const contact of staff) {
      if (contact.person >= 0)
        ties.push({
          kind: 'account',
          from: contact.person,
          to: index,
          toOrganisation: true,
          day: Math.max(started, firstDay, Math.floor((people[contact.person] as Person).joined)) + 1,
        })
    }
  }
  return ties.sort((a, b) => a.day - b.day)
}

/** One contact person in twelve at an organisation is a customer of their own as well. */
export function linkContactPersons(
  rng: Random,
  people: Person[],
  organisations: Organisation[],
  nameOf: (person: Person) => string,
): void {
  const early = people.filter(({ joined }) => joined >= 0 && joined < firstDay + 1000)
  const byMarket = [0, 1, 2].map((market) => early.filter((person) => person.market === market))
  for (const organisation of organisations) {
    const near = byMarket[organisation.market] as Person[]
    for (const contact of organisation.people) {
      if (near.length === 0 || !rng.chance(0.08)) continue
      const person = rng.pick(near)
      contact.person = person.index
      contact.name = nameOf(person)
      contact.phone = rng.chance(0.6) ? person.phone : contact.phone
    }
  }
}
