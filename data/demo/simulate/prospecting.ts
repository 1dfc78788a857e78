import { asOfDay } from './calendar.ts'
import type { ListCampaign } from './campaign.ts'
import { listCampaigns } from './campaign-plan.ts'
import type { Lives, Outcome } from './life.ts'
import { type Licence, type ListRow, licences } from './lists.ts'
import { join, type Person } from './people.ts'
import { cityOf } from './places.ts'
import type { Random } from './random.ts'

/** A name of a list in its campaign. */
export interface ListContact {
  campaign: ListCampaign
  row: ListRow
  treated: boolean
  delivered: boolean
  /** Whether the first order came because of the piece, or would have come anyway; neither for most. */
  answer: 'piece' | 'anyway' | null
  keyed: boolean
}

export interface Prospecting {
  contacts: ListContact[]
  /** By person: the campaign whose code comes with the first order. */
  welcomes: Map<number, ListCampaign>
}

/** One house name in four slips through the mailing house's plain comparison and is mailed as a stranger. */
const slipsThrough = 0.25

/** Mails the lists, each in its own campaign, the earliest first: the strangers who answer become people the firm knows. */
export function prospect(rng: Random, people: Person[], lists: ListRow[][]): Prospecting {
  const mailed = new Set<number>()
  const contacts: ListContact[] = []
  const welcomes = new Map<number, ListCampaign>()
  for (const campaign of [...listCampaigns].sort((a, b) => a.day - b.day)) {
    for (const row of lists[campaign.list] as ListRow[]) {
      if (row.fate === 'net' && isKnownBy(people[row.person] as Person, campaign)) row.fate = 'house'
      if (row.fate !== 'net' && !(row.fate === 'house' && rng.chance(slipsThrough))) continue
      if (mailed.has(row.person)) continue
      mailed.add(row.person)
      contacts.push(mail(rng, people[row.person] as Person, row, campaign, welcomes))
    }
  }
  return { contacts, welcomes }
}

/** Whoever answered an earlier list is a house name by the time the next is delivered. */
const isKnownBy = (person: Person, campaign: ListCampaign): boolean =>
  person.joined >= 0 && person.joined < (licences[campaign.list] as Licence).delivered

function mail(
  rng: Random,
  person: Person,
  row: ListRow,
  campaign: ListCampaign,
  welcomes: Map<number, ListCampaign>,
): ListContact {
  const treated = rng.chance(campaign.treated)
  const delivered = rng.chance(0.95)
  const contact: ListContact = { campaign, row, treated, delivered, answer: null, keyed: false }
  if (row.fate === 'house' || row.ownerSeed) return contact
  const anyway = rng.chance(campaign.base)
  const works = delivered && rng.chance(campaign.uplift * likeness(person))
  contact.answer = anyway ? 'anyway' : works ? 'piece' : null
  if (!anyway && !(works && treated)) return contact
  join(rng, person, campaign.day + 2.4 + Math.min(campaign.window - 4, rng.exponential(16)), campaign)
  contact.keyed = treated && rng.chance(campaign.keyShare)
  if (contact.keyed) welcomes.set(person.index, campaign)
  return contact
}

/** Buyers are of middle age, live in large cities and are women more often; about 1 on average. */
function likeness(person: Person): number {
  const age = (asOfDay - person.birth) / 365.25
  const middle = age >= 32 && age <= 56 ? 0.7 : 0
  return Math.exp(
    middle + (cityOf(person.address).tier === 1 ? 0.4 : 0) + (person.gender === 'f' ? 0.35 : 0) - 0.95,
  )
}

/** What truly happened in each list's campaign, in the order of `listCampaigns`. House names count with the orders they made. */
export function listOutcomes(people: Person[], lives: Lives, { contacts }: Prospecting): Outcome[] {
  return listCampaigns.map((campaign) => {
    const outcome: Outcome = {
      selected: 0,
      without: 0,
      with: 0,
      treated: 0,
      treatedBought: 0,
      controlBought: 0,
    }
    for (const { treated, answer, row } of contacts.filter((contact) => contact.campaign === campaign)) {
      const known = row.fate === 'house' && boughtWithin(lives, people[row.person] as Person, campaign)
      const without = answer === 'anyway' || known
      const withPiece = without || answer === 'piece'
      outcome.selected++
      if (without) outcome.without++
      if (withPiece) outcome.with++
      if (treated) {
        outcome.treated++
        if (withPiece) outcome.treatedBought++
      } else if (without) outcome.controlBought++
    }
    return outcome
  })
}

function boughtWithin(lives: Lives, { index }: Person, { day, window }: ListCampaign): boolean {
  const first = lives.first[index] as number
  for (let i = first; i < first + (lives.count[index] as number); i++) {
    const time = (lives.purchases.time[i] as number) / 86_400
    if (time > day && time <= day + window) return true
  }
  return false
}
