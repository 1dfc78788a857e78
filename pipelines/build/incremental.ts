import { sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import type { Fault } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import { needsOf } from './closure.ts'
import { describe, type GivenColumn } from './columns.ts'
import type { Incremental } from './head.ts'
import { type Code, type Model, type SqlModel, selectsOf } from './source.ts'

export type IncrementalModel = SqlModel & { head: { incremental: Incremental } }

export const isIncremental = (model: Model): model is IncrementalModel =>
  model.language === 'sql' && model.head.kind === 'incremental' && model.head.incremental !== undefined

/** An input whose rows are told apart by interval. */
export interface SlicedInput {
  name: string
  /** The column that places a row in an interval. */
  time: string
  /** The columns that can make a difference to the model. */
  columns: GivenColumn[]
}

/** What can be told of intervals without the engine: what a head names must be there. */
export function incrementalFaults({ models, macros }: Pick<Code, 'models' | 'macros'>): Fault[] {
  return [...models.values()].flatMap((model) => {
    const { head, name, placeOf } = model
    const { kind, incremental, columns } = head
    if (kind !== 'incremental' && !incremental) return []
    if (kind !== 'incremental') {
      const how = 'Write kind: incremental, or take incremental: out.'
      const what = `${name} is a ${kind}: it is not made by intervals`
      return [{ what, where: placeOf(['incremental'], 'key'), how }]
    }
    if (model.language === 'ts') {
      const how = 'Leave kind and incremental out.'
      return [{ what: `${name} is made by a program, and whole`, where: placeOf(['kind']), how }]
    }
    if (!incremental) {
      const how = 'Add incremental: with time, interval, key and inputs.'
      return [{ what: `${name} does not say what its intervals are`, where: placeOf(['kind']), how }]
    }
    const given = Object.keys(columns)
    const own = [
      { column: incremental.time, path: ['time'] },
      ...incremental.key.map((column, i) => ({ column, path: ['key', i] })),
    ]
    const { tables } = needsOf(
      selectsOf(model).map(({ references }) => references),
      macros,
    )
    return [
      ...(given.length === 0 ? [] : own).flatMap(({ column, path }) =>
        given.includes(column) ? [] : [unknownColumn(name, column, given, placeOf(['incremental', ...path]))],
      ),
      ...Object.entries(incremental.inputs).flatMap(([input, column]) =>
        inputFaults(model, input, column, { tables, models }),
      ),
    ]
  })
}

function inputFaults(
  { name, placeOf }: Model,
  input: string,
  column: string,
  { tables, models }: { tables: ReadonlySet<string>; models: Code['models'] },
): Fault[] {
  if (!tables.has(input)) {
    const how = didYouMean(input, tables) ?? `It reads ${[...tables].sort().join(', ') || 'no table'}.`
    const where = placeOf(['incremental', 'inputs', input], 'key')
    return [{ what: `${name} does not read ${input}`, where, how }]
  }
  const declared = Object.keys(models.get(input)?.head.columns ?? {})
  if (declared.length === 0 || declared.includes(column)) return []
  return [unknownColumn(input, column, declared, placeOf(['incremental', 'inputs', input]))]
}

const unknownColumn = (table: string, column: string, known: string[], where: Fault['where']): Fault => ({
  what: `${table} has no column ${column}`,
  ...(where ? { where } : {}),
  how: didYouMean(column, known) ?? `Columns: ${known.join(', ')}.`,
})

/** What only the engine knows: the columns of what stands, and whether those of time are days. */
export async function sliced(
  db: Db,
  model: IncrementalModel,
  macros: Code['macros'],
  given: readonly GivenColumn[],
): Promise<{ inputs: SlicedInput[]; faults: Fault[] }> {
  const { name, head, placeOf, select } = model
  const { time, key, inputs } = head.incremental
  const faults = timeFaults(name, time, given, placeOf(['incremental', 'time']))
  const names = given.map((column) => column.name)
  for (const [i, column] of key.entries()) {
    if (!names.includes(column))
      faults.push(unknownColumn(name, column, names, placeOf(['incremental', 'key', i])))
  }
  const { columns: read } = needsOf([select.references], macros)
  const found: SlicedInput[] = []
  for (const [input, column] of Object.entries(inputs)) {
    const columns = await describe(db, sql`select * from ${sql.table(input)}`.compile(composer).sql)
    faults.push(...timeFaults(input, column, columns, placeOf(['incremental', 'inputs', input])))
    const isRead = (one: GivenColumn) =>
      one.name === column || read.has('*') || read.has(one.name.toLowerCase())
    found.push({ name: input, time: column, columns: columns.filter(isRead) })
  }
  return { inputs: found, faults }
}

function timeFaults(
  table: string,
  time: string,
  columns: readonly GivenColumn[],
  where: Fault['where'],
): Fault[] {
  const column = columns.find(({ name }) => name === time)
  const names = columns.map(({ name }) => name)
  if (!column) return [unknownColumn(table, time, names, where)]
  if (column.type === 'DATE' || column.type === 'TIMESTAMP') return []
  const what = `${table}.${time} is ${column.type}: an interval is told from a DATE or a TIMESTAMP`
  return [{ what, ...(where ? { where } : {}), how: 'Cast it, or name another column.' }]
}
