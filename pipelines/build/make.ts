import { composer, type Db } from '../duckdb.ts'
import { storedColumns } from './columns.ts'
import type { BuildPlan, Step } from './plan-build.ts'
import { type Made, runModel } from './run-model.ts'
import type { ModelRow, ModelWriter, StoredColumn } from './store.ts'

/** What is at hand while models are made one after the other. */
export interface Making {
  db: Db
  plan: BuildPlan
  writer: ModelWriter
  /** Columns of the models made or reused so far. */
  columns: Map<string, StoredColumn[]>
}

/** Makes a model's table and its row of `ops.models` in one transaction: they stand or fall together. */
export const make = (making: Making, step: Step): Promise<ModelRow> =>
  making.db.transaction(async () => {
    const row = rowOf(making, step, await runModel(making.db, step.model, making.plan))
    await making.writer.insert(row)
    return row
  })

/** The table stands; what is told of it may have changed. */
export async function reuse(making: Making, step: Step, stored: ModelRow): Promise<ModelRow> {
  const row = rowOf(making, step, { rows: stored.rows, columns: JSON.parse(stored.columns_json) })
  if (JSON.stringify(row) === JSON.stringify(stored)) return row
  return making.db.transaction(async () => {
    await making.db.run(composer.deleteFrom('ops.models').where('name', '=', row.name))
    await making.writer.insert(row)
    return row
  })
}

/** What is told of a model in `ops.models`; its columns are kept at hand for the models that read it. */
export function rowOf(
  { columns }: Pick<Making, 'columns'>,
  { model, fingerprint, parts, inputs }: Step,
  made: Made,
): ModelRow {
  const given = inputs.map((name) => columns.get(name) ?? [])
  const stored = storedColumns(model, made.columns, given)
  columns.set(model.name, stored)
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
