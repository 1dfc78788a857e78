import type { Campaign } from './campaign.ts'
import { extraOrder, type Life, type Lives, type Outcome, scheduleNext, trueParameters } from './life.ts'
import type { Roster } from './network.ts'
import { media } from './people.ts'
import type { Random } from './random.ts'

/** A campaign's day: is the person in the audience, in which cell, and what does the piece truly do? */
export function select(
  rng: Random,
  life: Life,
  number: number,
  plan: readonly Campaign[],
  roster: Roster,
  lives: Lives,
): void {
  const campaign = plan[number] as Campaign
  const { person } = life
  if (life.departed > 0 || !campaign.markets.includes(person.market)) return
  const silent = Number.isNaN(life.last) ? Number.POSITIVE_INFINITY : campaign.day - life.last
  if (!campaign.includes({ silent, purchases: life.purchases, taste: person.traits.taste })) return
  if (campaign.medium === 'programme') {
    enrol(rng, life, number, campaign, lives)
    return
  }
  const medium = media.indexOf(campaign.medium)
  const from = person.consentFrom[medium] as number
  if (
    from < 0 ||
    from > campaign.day ||
    (person.consentUntil[medium] as number) < campaign.day ||
    !rng.chance(campaign.reach)
  )
    return
  const treated = rng.chance(campaign.treated)
  const delivered = rng.chance(0.965)
  // Everything the piece could do is drawn for both cells: the difference of the outcomes is the truth.
  const works = delivered && rng.chance(campaign.uplift * receptiveness(life, campaign))
  const repels = delivered && rng.chance(campaign.suppress)
  const without = life.next <= campaign.day + campaign.window
  const contact = note(lives, number, person.index, treated, delivered)
  tally(lives.outcomes[number] as Outcome, treated, without, (without && !repels) || (!without && works))
  if (!treated) {
    if (without) life.answering = -1
    return
  }
  life.weariness = wearinessOn(life, campaign.day) + 1
  life.wearyOn = campaign.day
  if (without && repels) scheduleNext(rng, life, campaign.day + campaign.window)
  else if (without) life.answering = rng.chance(campaign.keyShare) ? contact : -1
  else if (works)
    extraOrder(
      rng,
      life,
      campaign.day,
      campaign.window,
      roster,
      lives,
      rng.chance(campaign.keyShare) ? contact : -1,
    )
}

const wearinessOn = (life: Life, day: number): number => life.weariness * Math.exp(-(day - life.wearyOn) / 90)

/** The piece does more by the medium the person prefers, less when many came lately, less when they have left. */
function receptiveness(life: Life, campaign: Campaign): number {
  const { weariness, preferredMedium, otherMedium } = trueParameters
  const medium = campaign.medium === life.person.preferredMedium ? preferredMedium : otherMedium
  const left = life.gone <= campaign.day ? 0.7 : 1
  return medium * left * Math.max(0.4, 1 - weariness * wearinessOn(life, campaign.day))
}

function enrol(rng: Random, life: Life, number: number, campaign: Campaign, lives: Lives): void {
  const { index } = life.person
  if ((lives.programme[index] as number) !== 0) return
  const member = rng.chance(campaign.treated)
  lives.programme[index] = member ? 1 : 2
  note(lives, number, index, member, true)
  // From the next gap on: the one that is running was drawn before.
  if (member) life.pace = campaign.paceLift
}

function note(lives: Lives, campaign: number, person: number, treated: boolean, delivered: boolean): number {
  const { contacts } = lives
  contacts.campaign.push(campaign)
  contacts.person.push(person)
  contacts.treated.push(treated)
  contacts.delivered.push(delivered)
  contacts.purchase.push(-1)
  return contacts.person.length - 1
}

function tally(outcome: Outcome, treated: boolean, without: boolean, withPiece: boolean): void {
  outcome.selected++
  if (without) outcome.without++
  if (withPiece) outcome.with++
  if (treated) {
    outcome.treated++
    if (withPiece) outcome.treatedBought++
  } else if (without) outcome.controlBought++
}
