import { dateOf, dayOf, endDay, firstDay, weekdayOf } from './calendar.ts'
import { firstAbove } from './random.ts'

/** Markets by number: 0 mainland China, 1 Hong Kong, 2 Great Britain. */
export type Market = 0 | 1 | 2
export const markets = ['CN', 'HK', 'GB'] as const
export const currencies = ['CNY', 'HKD', 'GBP'] as const

/** Yuan for one unit of the currency when the price lists were first made; the day's rate drifts from it. */
export const baseRates = [1, 0.87, 8.3] as const
/** Local price level against the mainland's, and what people there spend at a time. */
export const priceLevels = [1, 1.3, 1.35] as const
export const spendLevels = [1, 1.35, 1.4] as const

const lunarNewYears = [
  '2023-01-22',
  '2024-02-10',
  '2025-01-29',
  '2026-02-17',
  '2027-02-06',
  '2028-01-26',
  '2029-02-13',
  '2030-02-03',
].map(dayOf)
const midAutumns = [
  '2022-09-10',
  '2023-09-29',
  '2024-09-17',
  '2025-10-06',
  '2026-09-25',
  '2027-09-15',
  '2028-10-03',
  '2029-09-22',
].map(dayOf)

/** How busy a day is beside an ordinary one. Peaks are short, so that a quarter says little about a year. */
function busyness(market: Market, day: number): number {
  const weekday = weekdayOf(day)
  const week = weekday === 0 || weekday === 6 ? 1.25 : 0.9
  const festive = isBefore(lunarNewYears, day, 25) || isBefore(midAutumns, day, 22)
  return week * (dated(market, day) + (festive ? festivalLift[market] : 0))
}

const festivalLift = [0.5, 0.5, 0.1] as const

const isBefore = (festivals: number[], day: number, days: number): boolean =>
  festivals.some((festival) => day <= festival && day > festival - days)

function dated(market: Market, day: number): number {
  const date = dateOf(day).slice(5)
  if (market === 0) {
    if (date >= '10-24' && date <= '11-11') return 1.6
    if (date >= '06-01' && date <= '06-18') return 1.25
    return 1
  }
  if (date >= '11-24' && date <= '12-24') return market === 2 ? 1.9 : 1.3
  return market === 2 && date >= '07-10' && date <= '08-31' ? 0.9 : 1
}

/** The firm's year as a clock: busy days are long. One unit is one average day. */
export interface Season {
  /** Units passed from the first day to `time` (days, with fraction). */
  passed(time: number): number
  /** The time at which `units` have passed; Infinity after the last day. */
  timeAt(units: number): number
  /** Share of an average day. */
  weight(day: number): number
}

function makeSeason(market: Market): Season {
  const days = endDay - firstDay + 1
  const weights = Float64Array.from({ length: days }, (_, i) => busyness(market, firstDay + i))
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / days
  const edges = new Float64Array(days)
  let total = 0
  weights.forEach((weight, i) => {
    weights[i] = weight / mean
    total += weight / mean
    edges[i] = total
  })
  const before = (i: number) => (i === 0 ? 0 : (edges[i - 1] as number))
  return {
    passed(time) {
      const i = Math.min(days - 1, Math.floor(time) - firstDay)
      return before(i) + (time - firstDay - i) * (weights[i] as number)
    },
    timeAt(units) {
      if (units >= total) return Number.POSITIVE_INFINITY
      const i = firstAbove(edges, units)
      return firstDay + i + (units - before(i)) / (weights[i] as number)
    },
    weight: (day) => weights[day - firstDay] as number,
  }
}

export const seasons: readonly Season[] = [makeSeason(0), makeSeason(1), makeSeason(2)]
