import { type RawBuilder, sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import { faultOf } from '../engine-error.ts'
import { ClienteleError } from '../error.ts'
import { statements } from '../statements.ts'
import type { IncrementalModel } from './incremental.ts'
import type { Day } from './interval.ts'
import { dayNumber, startIn, timeless } from './interval-sql.ts'

type Sql = RawBuilder<unknown>

/** Makes a temporary table, or adds to it, of the rows that a model's SELECT gives under a condition. */
export async function rowsInto(db: Db, model: IncrementalModel, lead: Sql, condition: Sql): Promise<void> {
  await onRows(model, sql`${lead} select *`, condition, (statement) => db.run(statement))
}

/** The first days of the intervals that a table has rows in. */
export async function startsIn(db: Db, { head }: IncrementalModel, table: Sql): Promise<Day[]> {
  const { time, interval } = head.incremental
  const days = sql`select distinct cast(${sql.id(time)} as date) as day from ${table}`
  const rows = await db.rows<{ start: Day }>(
    sql`select distinct ${dayNumber(startIn(interval, sql`day`))} as start from (${days}) order by 1`,
  )
  return rows.map(({ start }) => start)
}

/** Throws when the SELECT of a model gives rows that belong to no interval: nobody would renew them. */
export async function refuseTimeless(db: Db, model: IncrementalModel): Promise<void> {
  const lost = timeless(sql.id(model.head.incremental.time))
  await onRows(model, sql`select count(*) as rows`, lost, async (statement) => {
    const [found] = await db.rows<{ rows: number }>(statement)
    if (found && found.rows > 0) throw timelessFault(model, found.rows)
  })
}

/** The same of a table that is just made. */
export async function refuseTimelessIn(db: Db, model: IncrementalModel): Promise<void> {
  const lost = timeless(sql.id(model.head.incremental.time))
  const [found] = await db.rows<{ rows: number }>(
    sql`select count(*) as rows from ${sql.table(model.name)} where ${lost}`,
  )
  if (found && found.rows > 0) throw timelessFault(model, found.rows)
}

function timelessFault({ name, head, placeOf }: IncrementalModel, rows: number): ClienteleError {
  const { time, interval } = head.incremental
  const [have, belong] = rows === 1 ? ['row has', 'belongs'] : ['rows have', 'belong']
  return new ClienteleError({
    what: `${name}: ${rows} ${have} no ${time}, and so ${belong} to no ${interval}`,
    where: placeOf(['incremental', 'time']),
    how: `Leave them out (where ${time} is not null), or make it kind: table.`,
  })
}

/** The engine's errors point into the statement; the author's SELECT stands in it letter for letter. */
async function onRows(
  { name, file, select, bodyStart }: IncrementalModel,
  lead: Sql,
  condition: Sql,
  work: (statement: string) => Promise<void>,
): Promise<void> {
  const [span] = statements(select.text)
  const body = select.text.slice(span?.start, span?.end)
  const statement = sql`${lead} from (\n${sql.raw(body)}\n) where ${condition}`.compile(composer).sql
  try {
    await work(statement)
  } catch (error) {
    if (error instanceof ClienteleError) throw error
    const shift = (span?.start ?? 0) - statement.indexOf(body)
    const origin = { file: file.shown, text: file.text, shift, otherwise: bodyStart }
    throw new ClienteleError(faultOf(error, statement, origin, name), 1, { cause: error })
  }
}
