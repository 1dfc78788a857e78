import { usageError } from './error.ts'

/** `2026-01-01..2026-03-31`, or one day. */
export function dayRange(text: string): { from: string; to: string } {
  const [from = '', to = from, more] = text.split('..')
  const wrong = [from, to].find((day) => !isDay(day))
  if (wrong === undefined && more === undefined && from <= to) return { from, to }
  throw usageError({
    what: `--restate ${text}: ${wrong ? `${wrong} is not a date` : 'not first and last day'}`,
    how: 'Write FROM..TO, such as 2026-01-01..2026-03-31, or one day.',
  })
}

/** Takes a day as YYYY-MM-DD, as the option of that name. */
export function isoDate(flag: string): (text: string) => string {
  return (text) => {
    if (isDay(text)) return text
    throw usageError({ what: `${flag} ${text}: not a date`, how: 'Write it as YYYY-MM-DD.' })
  }
}

function isDay(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined
  // A day that does not exist, such as 31 February, is read as another one or as none.
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
