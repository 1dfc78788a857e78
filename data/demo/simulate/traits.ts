import type { Market } from './markets.ts'
import { type Random, weighted } from './random.ts'

/** What kind of buyer somebody truly is: decides what they put in the basket. */
export interface Taste {
  name: string
  share: number
  /** Pull of the six top categories. */
  categories: readonly number[]
  /** Multiplies the spend of an order. */
  spend: number
  /** Chance of waiting for a discount; multiplies the chance of sending goods back. */
  bargain: number
  returns: number
}

export const tastes: readonly Taste[] = [
  {
    name: 'tea lover',
    share: 0.25,
    categories: [9, 2, 0.3, 0.6, 0.6, 1.5],
    spend: 0.9,
    bargain: 0.15,
    returns: 0.7,
  },
  {
    name: 'gift giver',
    share: 0.18,
    categories: [1.5, 1, 0.5, 0.8, 6, 1.5],
    spend: 1.25,
    bargain: 0.1,
    returns: 0.8,
  },
  {
    name: 'home maker',
    share: 0.2,
    categories: [1, 1.5, 5, 4, 0.8, 0.8],
    spend: 1.1,
    bargain: 0.25,
    returns: 1.2,
  },
  {
    name: 'bargain hunter',
    share: 0.12,
    categories: [2, 1.5, 4, 2, 1, 2],
    spend: 0.8,
    bargain: 0.85,
    returns: 2.4,
  },
  {
    name: 'collector',
    share: 0.07,
    categories: [3, 7, 0.3, 2, 0.8, 0.3],
    spend: 1.6,
    bargain: 0.05,
    returns: 0.9,
  },
  {
    name: 'casual',
    share: 0.18,
    categories: [2.5, 1, 1.2, 1.2, 1, 3],
    spend: 0.75,
    bargain: 0.3,
    returns: 1,
  },
]

/** What a person declares of themselves, as codes of the operational system; 0 is not declared. */
export interface Traits {
  taste: number
  education: number
  career: number
  income: number
  familySize: number
  lifestyle: number
  personality: number
  /** 1 tea, 2 gifts, 3 home, 4 price, 5 collecting. */
  need: number
  source: number
  preferredTime: number
}

const drawTaste = tastes.map((_, market) =>
  // Home goods sell better in Britain, gifts in Hong Kong.
  weighted(
    tastes.map(
      (taste, i) => taste.share * (market === 2 && i === 2 ? 1.7 : 1) * (market === 1 && i === 1 ? 1.6 : 1),
    ),
  ),
)
const needOf = [1, 2, 3, 4, 5, 1]

export function drawTraits(rng: Random, market: Market, ageInDays: number): Traits {
  const taste = (drawTaste[market] as (r: Random) => number)(rng)
  const declared = (chance: number, value: number) => (rng.chance(chance) ? value : 0)
  const income = Math.max(
    1,
    Math.min(5, Math.round(2.6 + 0.9 * rng.normal() + (taste === 4 ? 0.8 : 0) - (taste === 3 ? 0.6 : 0))),
  )
  return {
    taste,
    education: declared(0.55, Math.max(1, Math.min(5, Math.round(3 + rng.normal())))),
    career: declared(0.5, ageInDays > 62 * 365 ? 7 : rng.between(1, 6)),
    income: declared(0.45, income),
    familySize: declared(0.5, rng.between(1, 5)),
    lifestyle: declared(0.35, rng.chance(0.5) ? (taste % 5) + 1 : rng.between(1, 5)),
    personality: declared(0.25, rng.between(1, 4)),
    need: declared(0.4, rng.chance(0.75) ? (needOf[taste] as number) : rng.between(1, 5)),
    source: declared(0.6, rng.between(1, 6)),
    preferredTime: declared(0.4, rng.between(1, 3)),
  }
}
