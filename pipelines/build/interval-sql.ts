import { type RawBuilder, sql } from 'kysely'
import type { Interval } from './head.ts'
import type { Day, Span } from './interval.ts'

type Sql = RawBuilder<unknown>

const epoch = sql`date '1970-01-01'`

/** The day that the interval of a row begins on; null for a row without a day, or one that is infinitely far. */
export const startIn = (interval: Interval, time: Sql): Sql =>
  sql`case when isfinite(${time}) then cast(date_trunc(${sql.lit(interval)}, ${time}) as date) end`

/** A date as a number of days since 1970-01-01. */
export const dayNumber = (date: Sql): Sql => sql`date_diff('day', ${epoch}, ${date})`

export const within = (time: Sql, { from, to }: Span): Sql =>
  to === undefined
    ? sql`${time} >= ${asDate(from)}`
    : sql`${time} >= ${asDate(from)} and ${time} < ${asDate(to)}`

/** Constant to the optimizer: a filter on it reaches the tables that are read. */
const asDate = (day: Day): Sql => sql`(${epoch} + ${sql.lit(day)})`

/** Rows that belong to no interval. */
export const timeless = (time: Sql): Sql => sql`${time} is null or not isfinite(${time})`
