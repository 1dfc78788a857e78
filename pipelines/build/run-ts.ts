import * as arrow from 'apache-arrow'
import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { faultOf } from '../engine-error.ts'
import { ClienteleError, type Fault, throwFaults } from '../error.ts'
import { columnFaults } from './columns.ts'
import type { ModelColumns } from './model.ts'
import { type Made, makeTable, type RunGiven } from './run-model.ts'
import type { TsModel } from './source.ts'

/** The table that takes a result before its columns are cast. */
const draftName = 'model_result'

/** Reads the inputs, calls the model, and casts what it gives to the declared types. */
export async function runTs(db: Db, model: TsModel, { parameters, types }: RunGiven): Promise<Made> {
  const inputs = await readInputs(db, model)
  const given = { inputs, params: { ...parameters.numbers }, asOf: parameters.asOf }
  const result = await callModel(model, given)
  const columns = Object.entries(model.head.columns).map(([name, { type }]) => ({
    name,
    type: types.get(type as string) ?? '',
  }))
  const present = result.schema.fields.map(({ name }) => ({
    name,
    type: columns.find((one) => one.name === name)?.type ?? '',
  }))
  throwFaults(columnFaults(model, present, types))
  await db.run(
    sql`create or replace temp table ${sql.table(draftName)} (${sql.join(result.schema.fields.map((field) => sql`${sql.id(field.name)} ${sql.raw(engineType(field.type))}`))})`,
  )
  await db.append(draftName, plainDates(result))
  const casts = sql.join(
    columns.map(({ name, type }) => sql`cast(${sql.id(name)} as ${sql.raw(type)}) as ${sql.id(name)}`),
  )
  const statement = sql`create or replace table ${sql.table(model.name)} as select ${casts} from ${sql.table(draftName)}`
  try {
    const rows = await makeTable(db, statement)
    await db.run(sql`drop table ${sql.table(`temp.${draftName}`)}`)
    return { rows, columns }
  } catch (error) {
    const { shown: file, text } = model.file
    throw new ClienteleError(faultOf(error, '', { file, text, shift: 0 }, model.name))
  }
}

async function readInputs(db: Db, model: TsModel): Promise<Record<string, arrow.Table>> {
  const inputs: Record<string, arrow.Table> = {}
  const faults: Fault[] = []
  for (const [name, { text, shift }] of Object.entries(model.inputs)) {
    try {
      inputs[name] = await db.arrow(text)
    } catch (error) {
      const file = { file: model.file.shown, text: model.file.text }
      const origin = shift === undefined ? { ...file, shift: Number.NEGATIVE_INFINITY } : { ...file, shift }
      faults.push(faultOf(error, text, origin, `${model.name}, input ${name}`))
    }
  }
  throwFaults(faults)
  return inputs
}

async function callModel(
  model: TsModel,
  given: Parameters<TsModel['definition']['run']>[0],
): Promise<arrow.Table> {
  try {
    return asTable(await model.definition.run(given))
  } catch (error) {
    throw new ClienteleError(
      {
        what: `${model.name}: ${error instanceof Error ? error.message : String(error)}`,
        where: thrownAt(error, model),
      },
      1,
      { cause: error },
    )
  }
}

/** The line of the model's own file in the stack of what it threw. */
function thrownAt(error: unknown, { file }: TsModel) {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const line = stack.split('\n').find((one) => one.includes(file.path))
  const position = /:(\d+):(\d+)\)?$/.exec(line ?? '')
  return position
    ? { file: file.shown, line: Number(position[1]), column: Number(position[2]), text: file.text }
    : { file: file.shown }
}

function asTable(result: ModelColumns): arrow.Table {
  if (result instanceof arrow.Table) return result
  const columns = Object.entries(result).map(([name, values]) => [name, asVector(values)] as const)
  const lengths = new Set(columns.map(([, { length }]) => length))
  if (lengths.size > 1)
    throw new Error(
      `columns of different length: ${columns.map(([name, { length }]) => `${name} ${length}`).join(', ')}`,
    )
  return new arrow.Table(Object.fromEntries(columns))
}

function asVector(values: arrow.Vector | ArrayLike<unknown>): arrow.Vector {
  if (values instanceof arrow.Vector) return values
  if (ArrayBuffer.isView(values)) return arrow.makeVector(values as Float64Array)
  const all = Array.from(values)
  // Arrow guesses the type from the values and cannot when there are none.
  if (all.every((value) => value === null || value === undefined))
    return arrow.vectorFromArray(all as null[], new arrow.Utf8())
  if (all.some((value) => typeof value === 'string'))
    return arrow.vectorFromArray(all as string[], new arrow.Utf8())
  return arrow.vectorFromArray(all)
}

function engineType(type: arrow.DataType): string {
  if (arrow.DataType.isBool(type)) return 'BOOLEAN'
  if (arrow.DataType.isInt(type)) return type.bitWidth === 64 || !type.isSigned ? 'BIGINT' : 'INTEGER'
  if (arrow.DataType.isFloat(type)) return 'DOUBLE'
  return 'VARCHAR'
}

/** Dates travel as text, which the cast to the declared type reads. */
function plainDates(table: arrow.Table): arrow.Table {
  const columns = table.schema.fields.map(({ name, type }, i) => {
    const vector = table.getChildAt(i) as arrow.Vector
    if (!arrow.DataType.isDate(type)) return [name, vector] as const
    const texts = Array.from(vector, (value) =>
      value === null ? null : new Date(value as number).toISOString(),
    )
    return [name, arrow.vectorFromArray(texts, new arrow.Utf8())] as const
  })
  return new arrow.Table(Object.fromEntries(columns))
}
