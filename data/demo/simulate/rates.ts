import { dayOf, endDay, firstDay, weekdayOf } from './calendar.ts'
import type { Market } from './markets.ts'
import type { Random } from './random.ts'

/** Yuan for one unit of a market's currency, by day. */
export interface Rates {
  yuan(market: Market, day: number): number
  /** Days with a quoted rate: weekdays, from a month before the first day. */
  quoted: number[]
}

const firstQuote = firstDay - 30
const anchors: readonly (readonly [date: string, hongKongDollar: number, pound: number])[] = [
  ['2022-06-01', 0.852, 8.12],
  ['2023-01-01', 0.878, 8.25],
  ['2023-10-01', 0.931, 8.86],
  ['2024-09-01', 0.912, 9.31],
  ['2025-07-01', 0.921, 9.74],
  ['2026-03-01', 0.905, 9.38],
  ['2026-12-31', 0.902, 9.35],
  ['2030-01-01', 0.902, 9.35],
]

/** A path through the anchors with day-to-day noise that pulls back to it. Quotes rest at the weekend. */
export function makeRates(rng: Random): Rates {
  const paths = [1, 2].map((column) => path(rng, column as 1 | 2))
  const quoted: number[] = []
  for (let day = firstQuote; day <= endDay; day++) if (isQuoted(day)) quoted.push(day)
  return {
    yuan: (market, day) =>
      market === 0 ? 1 : ((paths[market - 1] as Float64Array)[day - firstQuote] as number),
    quoted,
  }
}

const isQuoted = (day: number): boolean => weekdayOf(day) !== 0 && weekdayOf(day) !== 6

function path(rng: Random, column: 1 | 2): Float64Array {
  const days = anchors.map(([date]) => dayOf(date))
  let wander = 0
  let quote = Number.NaN
  return Float64Array.from({ length: endDay - firstQuote + 1 }, (_, i) => {
    const day = firstQuote + i
    wander = 0.97 * wander + 0.0025 * rng.normal()
    if (!isQuoted(day) && !Number.isNaN(quote)) return quote
    const next = Math.max(
      1,
      days.findIndex((anchor) => anchor > day),
    )
    const [from, to] = [anchors[next - 1], anchors[next]] as [
      (typeof anchors)[number],
      (typeof anchors)[number],
    ]
    const share = (day - (days[next - 1] as number)) / ((days[next] as number) - (days[next - 1] as number))
    quote = Math.round((from[column] + (to[column] - from[column]) * share) * (1 + wander) * 10_000) / 10_000
    return quote
  })
}
