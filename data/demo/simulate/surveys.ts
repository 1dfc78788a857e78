import { dayOf, lastDay, secondsPerDay } from './calendar.ts'
import type { Lives } from './life.ts'
import type { Organisation } from './organisations.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'

export interface Survey {
  kind: 'NPS' | 'CSAT'
  /** Index of the person or organisation. */
  person: number
  organisation: number
  sent: number
  /** Day of the answer; null when none came. */
  answered: number | null
  area: 'product' | 'service' | 'price'
  score: number
  competitorPurchases: number | null
}

const waves = ['2023-03', '2023-09', '2024-03', '2024-09', '2025-03', '2025-09', '2026-03', '2026-09'].map(
  (month) => dayOf(`${month}-12`),
)

/** Two waves a year ask for the recommendation (0 to 10); closed cases and some orders ask for satisfaction (1 to 5). */
export function makeSurveys(
  rng: Random,
  people: Person[],
  organisations: Organisation[],
  lives: Lives,
): Survey[] {
  const surveys: Survey[] = []
  for (const person of people) {
    if (person.joined < 0 || (lives.count[person.index] as number) === 0) continue
    for (const wave of waves) if (rng.chance(0.3)) askPerson(rng, person, wave, lives, surveys)
    if (rng.chance(0.22)) askAboutOrder(rng, person, lives, surveys)
  }
  askAboutCases(rng, people, lives, surveys)
  for (const { index, started, ended } of organisations) {
    for (const wave of waves) {
      if (started > wave || ended < wave || !rng.chance(0.5)) continue
      const answered = rng.chance(0.45) ? wave + rng.between(1, 20) : null
      const score = clamp(Math.round(7.6 + 1.8 * rng.normal() - (ended < wave + 250 ? 2 : 0)), 0, 10)
      surveys.push({
        kind: 'NPS',
        person: -1,
        organisation: index,
        sent: wave,
        answered,
        area: 'service',
        score,
        competitorPurchases: rng.poisson(3),
      })
    }
  }
  return surveys.filter(({ sent }) => sent <= lastDay).sort((a, b) => a.sent - b.sent)
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value))

/** What somebody thinks of the firm, around 8: less of those who will not stay, much less after a case handled badly. */
function opinion(rng: Random, person: Person, lives: Lives, day: number): number {
  const { troubles } = lives
  let felt = 8.1 + 0.8 * person.mood - 6 * (person.dropout - 0.12) + 1.1 * rng.normal()
  const over = lives.leftOver[person.index] as number
  if (over >= 0 && (troubles[over]?.closed ?? 0) < day * secondsPerDay) felt -= 3.5
  if (person.shop !== null) felt -= (person.shop.trouble - 1) * 0.9
  return felt
}

function askPerson(rng: Random, person: Person, wave: number, lives: Lives, surveys: Survey[]): void {
  const first = lives.first[person.index] as number
  let recent = false
  for (let i = first; i < first + (lives.count[person.index] as number) && !recent; i++) {
    const day = (lives.purchases.time[i] as number) / secondsPerDay
    recent = day < wave && day > wave - 365
  }
  if (!recent) return
  const felt = opinion(rng, person, lives, wave)
  // The delighted and the angry answer; those in between do not trouble to.
  const answers = rng.chance(felt > 9 || felt < 5 ? 0.36 : 0.22)
  surveys.push({
    kind: 'NPS',
    person: person.index,
    organisation: -1,
    sent: wave,
    answered: answers ? wave + Math.min(30, Math.floor(rng.exponential(4))) : null,
    area: (['product', 'service', 'price'] as const)[rng.int(3)] as Survey['area'],
    score: clamp(Math.round(felt), 0, 10),
    competitorPurchases: answers && rng.chance(0.7) ? rng.poisson(0.5 + 7 * person.dropout) : null,
  })
}

function askAboutOrder(rng: Random, person: Person, lives: Lives, surveys: Survey[]): void {
  const purchase = (lives.first[person.index] as number) + rng.int(lives.count[person.index] as number)
  const sent = Math.floor((lives.purchases.time[purchase] as number) / secondsPerDay) + 5
  const area = rng.chance(0.6) ? 'product' : 'price'
  // Prices rose faster than goods: fairness of price is judged lower, in Britain most.
  const felt =
    opinion(rng, person, lives, sent) - (area === 'price' ? 1.1 + (person.market === 2 ? 0.7 : 0) : 0)
  pushCsat(rng, surveys, { person: person.index, sent, area, felt, share: 0.3 })
}

function askAboutCases(rng: Random, people: Person[], lives: Lives, surveys: Survey[]): void {
  for (const trouble of lives.troubles) {
    if (!rng.chance(0.8)) continue
    const person = people[lives.purchases.person[trouble.order] as number] as Person
    const sent = Math.floor(trouble.closed / secondsPerDay) + 2
    const felt = opinion(rng, person, lives, sent) + (trouble.well ? 0.5 : -3)
    pushCsat(rng, surveys, { person: person.index, sent, area: 'service', felt, share: 0.42 })
  }
}

interface Asked {
  person: number
  sent: number
  area: Survey['area']
  felt: number
  share: number
}

function pushCsat(rng: Random, surveys: Survey[], { person, sent, area, felt, share }: Asked): void {
  surveys.push({
    kind: 'CSAT',
    person,
    organisation: -1,
    sent,
    answered: rng.chance(share) ? sent + Math.min(14, Math.floor(rng.exponential(2))) : null,
    area,
    score: clamp(Math.round(felt / 2), 1, 5),
    competitorPurchases: null,
  })
}
