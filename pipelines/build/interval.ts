import type { Interval } from './head.ts'

/** A day as the number of days since 1970-01-01. */
export type Day = number

/** Days from the first up to, not including, the other. Without an end it goes on. */
export interface Span {
  from: Day
  to?: Day
}

const dayLength = 86_400_000

/** The day of `YYYY-MM-DD`. */
export const dayOf = (date: string): Day => Date.parse(`${date}T00:00:00Z`) / dayLength

export const dateOf = (day: Day): string => new Date(day * dayLength).toISOString().replace(/T.*/, '')

const monthsIn: Partial<Record<Interval, number>> = { month: 1, quarter: 3, year: 12 }

/** The first day of the interval that a day falls into; weeks begin on Monday. */
export function startOf(interval: Interval, day: Day): Day {
  // 1970-01-01 was a Thursday.
  if (interval === 'week') return day - ((((day + 3) % 7) + 7) % 7)
  const months = monthsIn[interval]
  if (months === undefined) return day
  const date = new Date(day * dayLength)
  const month = date.getUTCMonth()
  return startOfMonth(date.getUTCFullYear(), month - (month % months))
}

/** The first day of the interval that comes so many after the one that begins on `start`. */
export function after(interval: Interval, start: Day, count = 1): Day {
  const months = monthsIn[interval]
  if (months === undefined) return start + count * (interval === 'week' ? 7 : 1)
  const date = new Date(start * dayLength)
  return startOfMonth(date.getUTCFullYear(), date.getUTCMonth() + count * months)
}

/** `Date.UTC` takes the years 0 to 99 for those of the last century. */
function startOfMonth(year: number, month: number): Day {
  const date = new Date(0)
  date.setUTCFullYear(year, month, 1)
  return date.getTime() / dayLength
}

/** As people write it: 2026-09-03, 2026-09, 2026-Q3, 2026; a week by its Monday. */
export function labelOf(interval: Interval, start: Day): string {
  const date = dateOf(start)
  const [, year = '', month = ''] = /^(.*)-(\d\d)-\d\d$/.exec(date) ?? []
  if (interval === 'year') return year
  if (interval === 'quarter') return `${year}-Q${Math.ceil(Number(month) / 3)}`
  return interval === 'month' ? `${year}-${month}` : date
}

/**
 * The spans that hold these intervals: what touches is one; of the rest, the nearest are drawn together until at
 * most `most` are left. With `open`, everything from that day on is wanted too.
 */
export function spansOf(interval: Interval, starts: Iterable<Day>, most: number, open?: Day): Span[] {
  const spans = [...new Set(starts)]
    .filter((start) => open === undefined || start < open)
    .toSorted((a, b) => a - b)
    .map((start): Span => ({ from: start, to: after(interval, start) }))
  if (open !== undefined) spans.push({ from: open })
  const gap = (i: number) => (spans[i + 1] as Span).from - (spans[i]?.to as Day)
  const closest = () => {
    const gaps = spans.slice(1).map((_, i) => i)
    return gaps.length === 0 ? undefined : gaps.reduce((a, b) => (gap(b) < gap(a) ? b : a))
  }
  for (let i = closest(); i !== undefined && (gap(i) <= 0 || spans.length > most); i = closest()) {
    const [a, b] = spans.splice(i, 2) as [Span, Span]
    spans.splice(i, 0, b.to === undefined ? { from: a.from } : { from: a.from, to: b.to })
  }
  return spans
}
