import { type RawBuilder, sql } from 'kysely'

/** A value as text; a personal one says only that it is there, and how long it is where that is no secret. */
export function shownValue(value: RawBuilder<unknown>, type: string, masked: boolean): RawBuilder<unknown> {
  if (!masked) return sql`cast(${value} as varchar)`
  if (type !== 'VARCHAR') return sql`case when ${value} is not null then '<hidden>' end`
  return sql`'<' || length(${value}) || ' characters>'`
}

/** Whether the engine's type holds numbers, which stand to the right. */
export const isNumeric = (type: string): boolean =>
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type)

/** Numbers whose sum is exact whatever the order of the rows. */
export const isExact = (type: string): boolean => isNumeric(type) && !/^(FLOAT|DOUBLE)$/.test(type)
