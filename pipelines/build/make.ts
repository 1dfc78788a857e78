import type { Table } from 'apache-arrow'
import { composer, type Db } from '../duckdb.ts'
import { boundBefore, type Shapes } from './bound-before.ts'
import { type Binder, type GivenColumn, storedColumns } from './columns.ts'
import { isIncremental } from './incremental.ts'
import type { BuildPlan, Step } from './plan-build.ts'
import { makeIntervals, type RenewedIntervals } from './renew.ts'
import { type Made, runModel } from './run-model.ts'
import type { ModelRow, ModelWriter, StoredColumn } from './store.ts'

/** What is at hand while models are made one after the other. */
export interface Making {
  db: Db
  plan: BuildPlan
  writer: ModelWriter
  binder?: Binder
  /** Of the tables that load made, as they stand. */
  shapes?: Shapes
  /** Columns of the models made or reused so far. */
  columns: Map<string, StoredColumn[]>
}

/**
 * Makes a model's table. No row of `ops.models` tells of a table that is not there: the former one is gone by now, and
 * where one statement makes the table the new one follows it, with those of other models.
 */
export async function make(making: Making, step: Step, result?: Table): Promise<MadeModel> {
  const { db, plan, writer } = making
  const { model } = step
  if (model.language !== 'sql' || isIncremental(model)) return makeWithRow(making, step, result)
  const row = rowOf(making, step, await runModel(db, model, { ...plan, ...boundBefore(making, step) }))
  await writer.later(row)
  return { rows: row.rows }
}

/** Several statements, and the row, in one transaction: they stand or fall together. */
const makeWithRow = ({ db, plan, ...making }: Making, step: Step, result?: Table): Promise<MadeModel> =>
  db.transaction(async () => {
    const { model, renewal } = step
    const made = isIncremental(model)
      ? await makeIntervals(db, model, plan, renewal)
      : { ...(await runModel(db, model, { ...plan, ...(result ? { result } : {}) })), intervals: undefined }
    const row = rowOf(making, step, made)
    // The row of a table that is renewed goes with its former rows.
    if (renewal) await db.run(composer.deleteFrom('ops.models').where('name', '=', row.name))
    await making.writer.insert(row)
    return { rows: row.rows, ...(made.intervals ? { intervals: made.intervals } : {}) }
  })

/** What came of a model. */
export interface MadeModel {
  rows: number
  /** Of an incremental model that was not made whole. */
  intervals?: RenewedIntervals
}

/** The table stands; what is told of it may have changed. */
export async function reuse(making: Making, step: Step, stored: ModelRow): Promise<MadeModel> {
  const row = rowOf(making, step, { rows: stored.rows, columns: JSON.parse(stored.columns_json) })
  const made = { rows: row.rows }
  if (JSON.stringify(row) === JSON.stringify(stored)) return made
  return making.db.transaction(async () => {
    await making.db.run(composer.deleteFrom('ops.models').where('name', '=', row.name))
    await making.writer.insert(row)
    return made
  })
}

/** The columns of a model that stands; they are kept at hand for the models that read it. */
export function columnsOf(
  { columns }: Pick<Making, 'columns'>,
  { model, tables }: Step,
  given: readonly GivenColumn[],
): StoredColumn[] {
  const inputs = [...tables].flatMap((name) => columns.get(name) ?? [])
  const stored = storedColumns(model, given, inputs)
  columns.set(model.name, stored)
  return stored
}

/** What is told of a model in `ops.models`. */
export function rowOf(making: Pick<Making, 'columns'>, step: Step, made: Made): ModelRow {
  const { model, fingerprint, parts } = step
  const stored = columnsOf(making, step, made.columns)
  const { kind, description = null, grain = null } = model.head
  return {
    name: model.name,
    fingerprint,
    kind,
    rows: made.rows,
    columns_json: JSON.stringify(stored),
    description,
    grain,
    parts_json: JSON.stringify(parts),
  }
}
