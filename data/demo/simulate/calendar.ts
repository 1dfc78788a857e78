// Days are whole numbers since 1970-01-01; moments are seconds since then, in UTC.

export const secondsPerDay = 86_400

export const dayOf = (date: string): number => Math.round(Date.parse(`${date}T00:00:00Z`) / 86_400_000)

/** First day of the firm's records. */
export const firstDay = dayOf('2022-07-01')
/** The fixed as-of date of the demonstration. */
export const asOfDay = dayOf('2026-06-30')
/** The last day an operational database can be made for. */
export const lastDay = dayOf('2026-12-31')
/** The last day that is lived through: three years beyond the last database, for the truth. */
export const endDay = dayOf('2029-12-31')

const dates: string[] = []
/** YYYY-MM-DD of a day. */
export function dateOf(day: number): string {
  const known = dates[day]
  if (known !== undefined) return known
  const text = new Date(day * 86_400_000).toISOString().slice(0, 10)
  if (day >= 0) dates[day] = text
  return text
}

/** ISO 8601 in UTC, to the second. */
export const momentOf = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`

/** The day of a moment in Asia/Shanghai, the firm's time zone (UTC+8 the whole year). */
export const firmDayOf = (seconds: number): number => Math.floor((seconds + 8 * 3600) / secondsPerDay)

/** The first moment after a day in the firm's time zone. */
export const endOfFirmDay = (day: number): number => (day + 1) * secondsPerDay - 8 * 3600

/** Years since the first day, as a fraction. */
export const yearsSinceStart = (day: number): number => (day - firstDay) / 365.25

/** The number of the month since year 0: year x 12 + month, from 0. */
export function monthOf(day: number): number {
  const date = dateOf(day)
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1
}

export const firstDayOfMonth = (month: number): number =>
  dayOf(`${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`)

/** 0 is Sunday. */
export const weekdayOf = (day: number): number => (day + 4) % 7

/** Seconds that local time is ahead of UTC: +8 h in mainland China and Hong Kong; Great Britain has summer time. */
export function offsetOf(market: number, day: number): number {
  return market === 2 ? (isBritishSummer(day) ? 3600 : 0) : 8 * 3600
}

const summers = new Map<number, [number, number]>()
/** From the last Sunday of March to the last Sunday of October. */
function isBritishSummer(day: number): boolean {
  const year = Number(dateOf(day).slice(0, 4))
  let summer = summers.get(year)
  if (summer === undefined) {
    summer = [lastSunday(`${year}-03-31`), lastSunday(`${year}-10-31`)]
    summers.set(year, summer)
  }
  return day >= summer[0] && day < summer[1]
}

function lastSunday(monthEnd: string): number {
  const day = dayOf(monthEnd)
  return day - weekdayOf(day)
}
