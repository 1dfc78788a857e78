import { sql } from 'kysely'
import type { Column } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import type { Expression } from './cast.ts'

/** The rows of a table that held before, and those that hold now. */
export interface TwoStates {
  table: Expression
  before: Expression
  now: Expression
}

const ordered =
  /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*|DATE|TIME|TIMESTAMP|TIMESTAMPTZ)$/

/**
 * Population stability index of a column: sum over bins of (now - before) * ln(now / before), shares of at least
 * 0.0001. Bins are the tenths of the values before where they have an order, else the ten most frequent and the rest;
 * null is a bin of its own. Below 0.1 nothing to speak of, above 0.25 another population (the customary reading).
 */
export async function stability(
  db: Db,
  { table, before, now }: TwoStates,
  { name, type }: Column,
): Promise<number> {
  const value = sql.id(name)
  const bins = ordered.test(type)
    ? sql`select quantile_disc(${value}, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) as known
        from ${table} where ${before}`
    : sql`select list(known) as known from (
        select cast(${value} as varchar) as known from ${table} where ${before} and ${value} is not null
        group by known order by count(*) desc, known limit 10)`
  const bin = ordered.test(type)
    ? sql`cast(len(list_filter(known, lambda edge: edge < ${value})) as varchar)`
    : sql`case when list_contains(known, cast(${value} as varchar)) then 'is ' || ${value} else 'other' end`
  const [found] = await db.rows<{ psi: number }>(sql`
    with bins as (${bins}),
    counted as (
      select case when ${value} is null then 'null' else ${bin} end as bin,
        count(*) filter (where ${before}) as before, count(*) filter (where ${now}) as now
      from ${table}, bins group by bin),
    shares as (
      select bin, greatest(before / sum(before) over (), 0.0001) as p, greatest(now / sum(now) over (), 0.0001) as q
      from counted where before + now > 0)
    select round(sum((q - p) * ln(q / p) order by bin), 4) as psi from shares`)
  return found?.psi ?? 0
}
