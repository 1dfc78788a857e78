import type { Patterns } from './model.ts'

export const daysPerWeek = 7
export const weeksPerMonth = 365.25 / 12 / daysPerWeek

/** Patterns that were counted in days, in weeks: the unit that estimates are usually quoted in. */
export function inWeeks({ x, tx, T, n, logGaps }: Patterns): Patterns {
  const weeks = (days: Float64Array) => days.map((count) => count / daysPerWeek)
  const patterns = { x, tx: weeks(tx), T: weeks(T), n }
  if (logGaps === undefined) return patterns
  const gaps = x.reduce((sum, repeats, i) => sum + repeats * (n[i] as number), 0)
  return { ...patterns, logGaps: logGaps - gaps * Math.log(daysPerWeek) }
}
