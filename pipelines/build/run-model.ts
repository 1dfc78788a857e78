import type { Table } from 'apache-arrow'
import { sql } from 'kysely'
import { composer, type Db, type Statement } from '../duckdb.ts'
import { faultOf } from '../engine-error.ts'
import { ClienteleError, throwFaults } from '../error.ts'
import { type Binder, columnFaults, describe, type GivenColumn } from './columns.ts'
import { objectOf } from './head.ts'
import { isIncremental } from './incremental.ts'
import { refuseTimelessIn } from './interval-rows.ts'
import type { Parameters } from './parameters.ts'
import { runTs } from './run-ts.ts'
import type { Model, SqlModel } from './source.ts'

export interface RunGiven {
  parameters: Parameters
  /** Declared types as the engine prints them. */
  types: ReadonlyMap<string, string>
  /** Where every table that the model reads is committed. */
  binder?: Binder
  /** What a TypeScript model gave that was calculated before. */
  result?: Table
}

export interface Made {
  rows: number
  columns: GivenColumn[]
}

/**
 * Makes a model's table or view, inside the caller's transaction. Its columns are checked against the head before
 * a row is written. Throws faults at the author's file.
 */
export const runModel = (db: Db, model: Model, given: RunGiven): Promise<Made> =>
  model.language === 'sql' ? runSql(db, model, given) : runTs(db, model, given)

async function runSql(db: Db, model: SqlModel, { types, binder }: RunGiven): Promise<Made> {
  const { text } = model.select
  const kind = objectOf(model.head.kind)
  const columns = await checkedColumns(db, model, types, binder)
  const create = sql`create or replace ${sql.raw(kind)} ${sql.table(model.name)} as\n${sql.raw(text)}`
  const rows = await atModel(model, create.compile(composer).sql, () => makeTable(db, create))
  if (isIncremental(model)) await refuseTimelessIn(db, model)
  return { columns, rows: kind === 'view' ? await countOf(db, model.name) : rows }
}

/** What a model's SELECT gives, held to its head. Nothing is run. */
export async function checkedColumns(
  db: Db,
  model: SqlModel,
  types: RunGiven['types'],
  binder?: Binder,
): Promise<GivenColumn[]> {
  const { text } = model.select
  const columns = await atModel(model, text, () => binder?.describe(text) ?? describe(db, text))
  throwFaults(columnFaults(model, columns, types))
  return columns
}

/** Runs `create table … as`, which answers with the number of rows it wrote. */
export async function makeTable(db: Db, create: Statement): Promise<number> {
  const [row] = await db.rows<{ Count?: number }>(create)
  return row?.Count ?? 0
}

export async function countOf(db: Db, table: string): Promise<number> {
  const [row] = await db.rows<{ n: number }>(sql`select count(*) as n from ${sql.table(table)}`)
  return row?.n ?? 0
}

/** The engine's errors point into the statement, whose end is the author's file letter for letter. */
async function atModel<T>(model: SqlModel, statement: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { shown: file, text } = model.file
    const origin = { file, text, shift: text.length - statement.length, otherwise: model.bodyStart }
    throw new ClienteleError(faultOf(error, statement, origin, model.name), 1, { cause: error })
  }
}
