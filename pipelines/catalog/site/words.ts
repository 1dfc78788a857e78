import type { DeclaredTest } from '../../build/source.ts'

const numbers = new Intl.NumberFormat('en-GB')
export const number = (value: number): string => numbers.format(value)

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`

const days = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
/** `2026-07-02` -> `2 July 2026` */
export const day = (date: string): string => days.format(new Date(`${date}T00:00:00Z`))

/** Seconds as read: 0.04 s, 3.2 s, 75 s. */
export const seconds = (value: number): string => `${value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0)} s`

/** What a test demands, in few words; a test of a kind not known here under its own name. */
export function demand({ name, test }: Pick<DeclaredTest, 'name' | 'test'>): string {
  const {
    accepted_values: values,
    relationships,
    expression,
    unique,
    not_null,
    range,
    row_count,
    freshness,
    change,
  } = test as {
    accepted_values?: unknown[]
    relationships?: string
    expression?: string
    unique?: true | string[]
    not_null?: true
    range?: { min?: number | string; max?: number | string }
    row_count?: { min?: number; max?: number }
    freshness?: { column: string; days: number }
    change?: { max_drop?: number; max_rise?: number }
  }
  if (not_null) return 'not null'
  if (unique === true) return 'unique'
  if (unique) return `${unique.join(', ')} together unique`
  if (values) return `one of ${values.join(', ')}`
  if (relationships) return `is in ${relationships}`
  if (range) return bounds(range)
  if (row_count) return `${bounds(row_count)} rows`
  if (freshness) return `newest ${freshness.column} at most ${plural(freshness.days, 'day')} old`
  if (change) return changed(change)
  if (expression) return expression.trim()
  return name
}

const share = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 })

function changed({ max_drop, max_rise }: { max_drop?: number; max_rise?: number }): string {
  const sides = [
    ...(max_drop === undefined ? [] : [`${share.format(max_drop)} fewer`]),
    ...(max_rise === undefined ? [] : [`${share.format(max_rise)} more`]),
  ]
  return `at most ${sides.join(' or ')} rows than the version before`
}

function bounds({ min, max }: { min?: number | string; max?: number | string }): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`
  return min === undefined ? `at most ${max}` : `at least ${min}`
}
