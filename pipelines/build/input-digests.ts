import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { digest } from './digest.ts'
import type { IncrementalModel, SlicedInput } from './incremental.ts'
import type { Day } from './interval.ts'
import { dayNumber, startIn } from './interval-sql.ts'

/** An interval of an input whose rows are not those that a model was made from. */
export interface ChangedInterval {
  input: string
  /** Nothing for the rows that have no day. */
  start: Day | null
  /** Rows before and now. */
  before: number
  now: number
}

const fresh = sql.id('temp', 'fresh_digests')
const kept = sql.table('ops.intervals')

/**
 * Takes the digest of every interval of these inputs: rows and their hashes, whatever their order. The hash of a row
 * is hashed once more: a sum of hashes that are put together from those of columns would not notice two rows that
 * exchange a value. Days are put together first: an interval is then told of each day and not of each row.
 */
export async function takeDigests(db: Db, model: IncrementalModel, inputs: readonly SlicedInput[]) {
  const { interval } = model.head.incremental
  const selects = inputs.map(({ name, time, columns }) => {
    const row = sql.join(columns.map((column) => sql.id(column.name)))
    const shape = digest(...columns.flatMap((column) => [column.name, column.type]))
    return sql`select cast(${sql.lit(model.name)} as varchar) as model, cast(${sql.lit(name)} as varchar) as input,
        ${startIn(interval, sql`day`)} as interval_start, cast(sum(rows) as bigint) as rows,
        md5(concat_ws(' ', ${sql.lit(shape)}, sum(rows), sum(hash_sum), bit_xor(hash_xor))) as digest
      from (
        select day, count(*) as rows, sum(row_hash) as hash_sum, bit_xor(row_hash) as hash_xor
        from (select cast(${sql.id(time)} as date) as day, hash(hash(${row})) as row_hash from ${sql.table(name)})
        group by day)
      group by interval_start`
  })
  const all = selects.length > 0 ? sql.join(selects, sql` union all `) : sql`select * from ${kept} limit 0`
  await db.run(sql`create or replace temp table ${fresh} as ${all}`)
}

/** Where the digests just taken are not those that the model's table was made from. */
export function changedIntervals(
  db: Db,
  { name }: IncrementalModel,
  inputs: readonly string[],
): Promise<ChangedInterval[]> {
  if (inputs.length === 0) return Promise.resolve([])
  return db.rows<ChangedInterval>(sql`
    select coalesce(now.input, was.input) as input,
      ${dayNumber(sql`coalesce(now.interval_start, was.interval_start)`)} as start,
      coalesce(was.rows, 0) as before, coalesce(now.rows, 0) as now
    from ${fresh} as now
    full join (select * from ${kept} where ${isOf(name, inputs)}) as was
      on was.input = now.input and was.interval_start is not distinct from now.interval_start
    where was.digest is distinct from now.digest
    order by 2, 1`)
}

/** Whether it is known what the rows of these inputs were. */
export async function areKnown(db: Db, { name }: IncrementalModel): Promise<boolean> {
  const [row] = await db.rows<{ known: boolean }>(
    sql`select exists (select 1 from ${kept} where model = ${sql.lit(name)}) as known`,
  )
  return row?.known ?? false
}

/** Keeps the digests just taken in place of those of the same inputs, or of all; inside the caller's transaction. */
export async function keepDigests(db: Db, { name }: IncrementalModel, inputs?: readonly string[]) {
  if (inputs?.length === 0) return
  await db.run(sql`delete from ${kept} where ${inputs ? isOf(name, inputs) : sql`model = ${sql.lit(name)}`}`)
  await db.run(sql`insert into ${kept} select * from ${fresh}`)
}

/** Forgets what every model but these was made from. */
export const forgetDigests = (db: Db, but: readonly string[]): Promise<void> =>
  db.run(
    sql`delete from ${kept} where model not in (select unnest(cast(${JSON.stringify(but)} as json)::varchar[]))`,
  )

const isOf = (model: string, inputs: readonly string[]) =>
  sql`model = ${sql.lit(model)} and input in (${sql.join(inputs.map((input) => sql.lit(input)))})`
