import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import type { GivenColumn } from './columns.ts'
import type { IncrementalModel } from './incremental.ts'
import { after, type Day, dayOf, labelOf } from './interval.ts'
import { rowsInto } from './interval-rows.ts'
import { within } from './interval-sql.ts'
import { type Choice, isWithin } from './renewal.ts'

/**
 * Of the intervals that stay, the one to look at: one that follows an interval made anew, where rows that depend on
 * earlier ones would show first, else any. Which of several goes round with the as-of date.
 */
export function guarded(
  { head }: IncrementalModel,
  kept: readonly Day[],
  { spans }: Choice,
  asOf: string,
): Day | undefined {
  const { interval } = head.incremental
  const next = kept.filter((start) => isWithin(after(interval, start, -1), spans))
  const among = next.length > 0 ? next : kept
  return among[(((dayOf(asOf) % among.length) + among.length) % among.length) as number]
}

const checked = sql.id('temp', 'guarded_rows')

/**
 * Makes an interval that nothing declared has changed and holds it against what stands. Throws when they differ:
 * then the rows depend on more than the author said, and other intervals may be wrong as well.
 */
export async function guard(
  db: Db,
  model: IncrementalModel,
  columns: readonly GivenColumn[],
  start: Day,
): Promise<void> {
  const { time, interval, key } = model.head.incremental
  const rows = within(sql.id(time), { from: start, to: after(interval, start) })
  await rowsInto(db, model, sql`create or replace temp table ${checked} as`, rows)
  const same = sql.join(
    key.map((name) => sql`now.${sql.id(name)} is not distinct from stood.${sql.id(name)}`),
    sql` and `,
  )
  const differ = columns.map((column) => sql`coalesce(${isUnlike(column)}, true)`)
  const [found] = await db.rows<{ rows: number }>(sql`
    select count(*) as rows from (select true as is_there, * from ${checked}) as now
    full join (select true as is_there, * from ${sql.table(model.name)} where ${rows}) as stood on ${same}
    where now.is_there is null or stood.is_there is null or ${sql.join(differ, sql` or `)}`)
  if (found && found.rows > 0) throw guardFault(model, start, found.rows)
}

/** The order in which reals are added up may differ from the last time: their last digits say nothing. */
function isUnlike({ name, type }: GivenColumn): RawBuilder<unknown> {
  const [now, stood] = [sql`now.${sql.id(name)}`, sql`stood.${sql.id(name)}`]
  if (type !== 'DOUBLE' && type !== 'FLOAT') return sql`${now} is distinct from ${stood}`
  return sql`(${now} is distinct from ${stood}
    and not coalesce(abs(${now} - ${stood}) <= 1e-9 * greatest(abs(${now}), abs(${stood})), false))`
}

function guardFault({ name, head, placeOf }: IncrementalModel, start: Day, rows: number): ClienteleError {
  const { interval, inputs } = head.incremental
  const label = labelOf(interval, start)
  return new ClienteleError({
    what:
      `${name}: ${rows} ${rows === 1 ? 'row' : 'rows'} of ${label} would differ today, although no ` +
      'declared input has changed there',
    where: placeOf(['incremental', 'inputs']),
    how:
      `Its rows depend on more than the rows of their own ${interval} in ${Object.keys(inputs).join(', ')}: raise ` +
      'lookback, take the input that reaches further out of inputs (it is then read whole), or make it kind: table.',
  })
}
