import type * as arrow from 'apache-arrow'
import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { faultOf } from '../engine-error.ts'
import { ClienteleError, type Fault, type Place, throwFaults } from '../error.ts'
import type { Calculator } from './calculator.ts'
import { columnFaults } from './columns.ts'
import { handed, type Named } from './handed.ts'
import type { Parameters } from './parameters.ts'
import { type Made, makeTable, type RunGiven } from './run-model.ts'
import type { SourceFile, TsModel } from './source.ts'

/** Reads the inputs, calls the model, and casts what it gives to the declared types. */
export async function runTs(db: Db, model: TsModel, given: RunGiven): Promise<Made> {
  const result = given.result ?? (await callModel(model, await readInputs(db, model), given.parameters))
  const columns = Object.entries(model.head.columns).map(([name, { type }]) => ({
    name,
    type: given.types.get(type as string) as string,
  }))
  const present = result.schema.fields.map(({ name }) => ({
    name,
    type: columns.find((column) => column.name === name)?.type ?? '',
  }))
  throwFaults(columnFaults(model, present, given.types))
  return { columns, rows: await store(db, model, result, columns) }
}

/** What a model names in its own file. */
const namedBy = (model: TsModel, { numbers, asOf }: Parameters): Named => ({
  ...(mentions(model, 'params') ? { numbers } : {}),
  ...(mentions(model, 'asOf') ? { asOf } : {}),
})

/** Whether a model's own text names something that it is handed. */
export const mentions = ({ file }: TsModel, name: string): boolean =>
  new RegExp(`\\b${name}\\b`).test(file.text)

/** The table that takes a result before its columns are cast. */
const draftName = 'model_result'

async function store(
  db: Db,
  model: TsModel,
  result: arrow.Table,
  columns: readonly { name: string; type: string }[],
): Promise<number> {
  const { engineType } = await import('./arrow-columns.ts')
  const plain = result.schema.fields.map(
    ({ name, type }) => sql`${sql.id(name)} ${sql.raw(engineType(type))}`,
  )
  const casts = columns.map(
    ({ name, type }) => sql`cast(${sql.id(name)} as ${sql.raw(type)}) as ${sql.id(name)}`,
  )
  await db.run(sql`create or replace temp table ${sql.id(draftName)} (${sql.join(plain)})`)
  await db.append(draftName, result)
  try {
    return await makeTable(
      db,
      sql`create or replace table ${sql.table(model.name)} as select ${sql.join(casts)} from ${sql.id(draftName)}`,
    )
  } catch (error) {
    throw new ClienteleError(castFault(error, model), 1, { cause: error })
  } finally {
    // After an error the transaction is rolled back, and the table with it.
    await db.run(sql`drop table if exists ${sql.id('temp', draftName)}`).catch(() => undefined)
  }
}

/** What is given does not fit the type that is declared for it. */
function castFault(error: unknown, model: TsModel): Fault {
  const { shown: file, text } = model.file
  const fault = faultOf(error, '', { file, text, shift: 0 }, model.name)
  const [, column] = / source column (\w+)/.exec(fault.what) ?? []
  const where = model.placeOf(column === undefined ? ['columns'] : ['columns', column, 'type'])
  return { ...fault, where, how: 'Declare a type that holds every value that run() gives.' }
}

export const readInputs = (db: Db, model: TsModel): Promise<Record<string, arrow.Table>> =>
  eachInput(model, (text) => db.arrow(text))

/** Does something with the SELECT of every input. Throws what is wrong with any of them. */
export async function eachInput<T>(
  model: TsModel,
  work: (text: string) => Promise<T>,
): Promise<Record<string, T>> {
  const results: Record<string, T> = {}
  const faults: Fault[] = []
  for (const [name, { text, shift }] of Object.entries(model.inputs)) {
    try {
      results[name] = await work(text)
    } catch (error) {
      faults.push(inputFault(error, `${model.name}, input ${name}`, text, shift, model))
    }
  }
  throwFaults(faults)
  return results
}

function inputFault(
  error: unknown,
  about: string,
  text: string,
  shift: number | undefined,
  model: TsModel,
): Fault {
  const { shown: file, text: whole } = model.file
  // A number that JavaScript cannot hold.
  if (error instanceof RangeError) return { what: `${about}: ${error.message}`, where: { file } }
  const fault = faultOf(error, text, { file, text: whole, shift: shift ?? 0 }, about)
  return shift === undefined ? { ...fault, where: model.placeOf(['inputs']) } : fault
}

/** Calls a model with its inputs, here or, when a calculator is given, on another thread. */
export async function callModel(
  model: TsModel,
  inputs: Record<string, arrow.Table>,
  parameters: Parameters,
  calculator?: Calculator,
): Promise<arrow.Table> {
  const named = namedBy(model, parameters)
  try {
    if (calculator) return await calculator.run(model, inputs, named)
    const { asTable } = await import('./arrow-columns.ts')
    return asTable(await model.definition.run(handed(inputs, named)))
  } catch (error) {
    const what = `${model.name}: ${error instanceof Error ? error.message : String(error)}`
    throw new ClienteleError({ what, where: thrownAt(error, model) }, 1, { cause: error })
  }
}

/** The line of a model's own file in the stack of what it threw. */
export function thrownAt(error: unknown, { file }: { file: SourceFile }): Place {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const line = stack.split('\n').find((one) => one.includes(file.path))
  const position = /:(\d+):(\d+)\)?$/.exec(line ?? '')
  if (!position) return { file: file.shown }
  return { file: file.shown, line: Number(position[1]), column: Number(position[2]), text: file.text }
}
