import { secondsPerDay } from './calendar.ts'
import type { Campaign, ListCampaign } from './campaign.ts'
import { campaignPlan } from './campaign-plan.ts'
import type { Cut } from './cut.ts'
import { type Licence, licences } from './lists.ts'
import { random } from './random.ts'
import type { Contacted } from './world.ts'

/** A contact as the campaign system stores it. */
export interface Contact {
  campaign: Campaign
  member: string | null
  list: { code: string; row: number } | null
  treated: boolean
  delivered: boolean
  /** Position in the books of the order that gave the code, or -1. */
  order: number
}

export interface Response {
  /** Position in the contacts. */
  contact: number
  /** Seconds, UTC. */
  at: number
  kind: 'order' | 'click' | 'call'
  /** Number of the order, for an order. */
  order: number | null
}

/** All contacts of campaigns begun by the day, campaign after campaign in order of their days. */
export function contactsOf(
  { lives, prospecting }: Contacted,
  until: number,
  memberOf: Cut['memberOf'],
): Contact[] {
  const { contacts } = lives
  const sends = new Map<Campaign, Contact[]>()
  const into = (campaign: Campaign): Contact[] => {
    const known = sends.get(campaign)
    if (known !== undefined) return known
    const made: Contact[] = []
    sends.set(campaign, made)
    return made
  }
  contacts.person.forEach((person, i) => {
    const campaign = campaignPlan[contacts.campaign[i] as number] as Campaign
    if (campaign.day > until) return
    into(campaign).push({
      campaign,
      member: memberOf(person),
      list: null,
      treated: contacts.treated[i] === true,
      delivered: contacts.delivered[i] === true,
      order: contacts.purchase[i] as number,
    })
  })
  for (const { campaign, row, treated, delivered, keyed } of prospecting.contacts) {
    if (campaign.day > until) continue
    const code = (licences[campaign.list] as Licence).id
    const order = keyed ? (lives.first[row.person] as number) : -1
    into(campaign).push({ campaign, member: null, list: { code, row: row.row }, treated, delivered, order })
  }
  return [...sends.entries()]
    .sort(([a], [b]) => a.day - b.day || (a.id < b.id ? -1 : 1))
    .flatMap(([, list]) => list)
}

/** What came back, in order of time: orders with a code, clicks in e-mails, calls after letters. */
export function responsesOf({ world: { seed, sales, numbers } }: Cut, contacts: Contact[]): Response[] {
  const rng = random(`${seed}/responses`)
  const responses: Response[] = []
  contacts.forEach(({ campaign, treated, delivered, order, list }, contact) => {
    if (!treated || !delivered) return
    const later = () =>
      campaign.day * secondsPerDay +
      Math.round(rng.exponential(1.6) * secondsPerDay) +
      rng.between(1, 12) * 3600
    const clicks = clickShare(campaign, list !== null)
    if (clicks > 0 && rng.chance(clicks)) responses.push({ contact, at: later(), kind: 'click', order: null })
    if (campaign.medium === 'mail' && rng.chance(0.006))
      responses.push({ contact, at: later(), kind: 'call', order: null })
    if (order >= 0)
      responses.push({
        contact,
        at: sales.time[order] as number,
        kind: 'order',
        order: numbers.order[order] as number,
      })
  })
  return responses.sort((a, b) => a.at - b.at || a.contact - b.contact)
}

const clickShare = (campaign: Campaign | ListCampaign, stranger: boolean): number =>
  campaign.medium === 'email' ? (stranger ? 0.035 : 0.06) : 0
