import type { DuckDBConnection } from '@duckdb/node-api'
import { sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import { type Fault, type Place, placeAt } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import { statements } from '../statements.ts'
import type { Model, SqlModel } from './source.ts'
import type { StoredColumn } from './store.ts'

/** A column that a SELECT gives. */
export interface GivenColumn {
  name: string
  /** As the engine prints it. */
  type: string
}

/** The columns of a SELECT, without running it. Throws the engine's binder error. */
export const describe = (db: Db, select: string): Promise<GivenColumn[]> => columnsOf(db.connection, select)

/** Tells columns of SELECTs. */
export interface Binder {
  describe(select: string): Promise<GivenColumn[]>
  close(): void
}

/**
 * Columns of SELECTs over what is committed. They are bound where nothing is optimised, which takes less than half the
 * time; what does not bind there is asked of the database itself, whose error then points to the place.
 */
export async function openBinder(db: Db): Promise<Binder> {
  const connection = await db.connect()
  await connection.run('pragma disable_optimizer')
  return {
    describe: (select) => columnsOf(connection, select).catch(() => describe(db, select)),
    close: () => connection.closeSync(),
  }
}

async function columnsOf(connection: DuckDBConnection, select: string): Promise<GivenColumn[]> {
  const prepared = await connection.prepare(select)
  try {
    return Array.from({ length: prepared.columnCount }, (_, i) => ({
      name: prepared.columnName(i),
      type: String(prepared.columnType(i)),
    }))
  } finally {
    prepared.destroySync()
  }
}

/** How the engine prints declared types (`NUMERIC(18,4)` is `DECIMAL(18,4)`); types it does not know are left out. */
export async function printedTypes(db: Db, types: Iterable<string>): Promise<Map<string, string>> {
  const all = [...new Set(types)]
  const select = (some: string[]) =>
    sql`select ${sql.join(some.map((type) => sql`cast(null as ${sql.raw(type)})`))}`.compile(composer).sql
  const printed = async (some: string[]): Promise<[string, string][]> => {
    if (some.length === 0) return []
    try {
      const columns = await describe(db, select(some))
      if (columns.length === some.length) return some.map((type, i) => [type, columns[i]?.type as string])
    } catch {
      // One of them is not a type: halve until it stands alone.
    }
    if (some.length === 1) return []
    const middle = some.length >> 1
    return [...(await printed(some.slice(0, middle))), ...(await printed(some.slice(middle)))]
  }
  return new Map(await printed(all))
}

/** A declared type that the engine does not know. */
export function typeFaults(models: Iterable<Model>, printed: ReadonlyMap<string, string>): Fault[] {
  const faults: Fault[] = []
  for (const model of models) {
    for (const [name, { type }] of Object.entries(model.head.columns)) {
      if (type === undefined || printed.has(type)) continue
      faults.push({
        what: `${model.name}.${name}: unknown type ${type}`,
        where: model.placeOf(['columns', name, 'type']),
        how: didYouMean(type, engineTypes) ?? `Types are DuckDB's: ${engineTypes.join(', ')} and others.`,
      })
    }
  }
  return faults
}

const engineTypes = [
  'VARCHAR',
  'INTEGER',
  'BIGINT',
  'DOUBLE',
  'BOOLEAN',
  'DATE',
  'TIMESTAMP',
  'DECIMAL(18,4)',
  'HUGEINT',
  'SMALLINT',
  'TIMESTAMPTZ',
  'JSON',
  'FLOAT',
]

/** Where what is declared and what the SELECT gives differ. A head without columns promises nothing of them. */
export function columnFaults(
  model: Model,
  given: readonly GivenColumn[],
  printed: ReadonlyMap<string, string>,
): Fault[] {
  const declared = model.head.columns
  const faults = twiceFaults(model, given)
  if (Object.keys(declared).length === 0) return faults
  const names = given.map(({ name }) => name)
  const spare = names.filter((name) => !(name in declared))
  const missing = Object.keys(declared).filter((name) => !names.includes(name))
  return [
    ...faults,
    ...missing.map((name) => missingFault(model, name, names, spare)),
    ...spare.map((name) => spareFault(model, name, missing)),
    ...given.flatMap((column) => wrongTypeFault(model, column, printed)),
  ]
}

function twiceFaults(model: Model, given: readonly GivenColumn[]): Fault[] {
  const names = given.map(({ name }) => name.toLowerCase())
  const twice = names.filter((name, i) => names.indexOf(name) < i)
  return [...new Set(twice)].map((name) => ({
    what: `${model.name} gives more than one column called ${name}`,
    where: model.language === 'sql' ? bodyPlace(model) : model.placeOf(['columns', name], 'key'),
    how: 'Name each with AS, or leave one out.',
  }))
}

const missingFault = (model: Model, name: string, names: string[], spare: string[]): Fault => ({
  what: `${model.name} declares the column ${name}, but ${giver(model)} does not give it`,
  where: model.placeOf(['columns', name], 'key'),
  how: didYouMean(name, spare) ?? `It gives ${names.join(', ')}.`,
})

function spareFault(model: Model, name: string, missing: string[]): Fault {
  const unnamed = !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)
  return {
    what: `${model.name} gives the column ${name}, which its head does not declare`,
    where: model.placeOf(['columns'], 'key'),
    how: unnamed
      ? 'Name it with AS.'
      : (didYouMean(name, missing) ?? 'Declare it under columns, or leave it out.'),
  }
}

function wrongTypeFault(
  model: Model,
  { name, type }: GivenColumn,
  printed: ReadonlyMap<string, string>,
): Fault[] {
  const wanted = model.head.columns[name]?.type
  if (wanted === undefined || printed.get(wanted) === type) return []
  const where = model.placeOf(['columns', name, 'type'])
  const { shown } = model.file
  const how =
    where.file === shown
      ? `Cast it in the SELECT, or declare ${type}.`
      : `Cast it in ${shown}: the head of the file that it replaces holds for it too.`
  return [{ what: `${model.name}.${name} is declared ${wanted}, but the SELECT gives ${type}`, where, how }]
}

/** Where the SELECT begins, after the head and its comments. */
function bodyPlace({ file, select }: SqlModel): Place {
  return placeAt(file.shown, file.text, statements(select.text)[0]?.start ?? 0)
}

const giver = ({ language }: Model): string => (language === 'sql' ? 'its SELECT' : 'run()')

/** Columns as they are kept: a column that is not marked personal takes the mark of the input column of its name. */
export function storedColumns(
  model: Model,
  given: readonly GivenColumn[],
  inputs: readonly StoredColumn[],
): StoredColumn[] {
  const personal = inputs.filter(({ pii }) => pii !== null)
  return given.map(({ name, type }) => {
    const declared = model.head.columns[name]
    const inherited = personal.find((column) => column.name === name)?.pii ?? null
    return { name, type, description: declared?.description ?? null, pii: declared?.pii ?? inherited }
  })
}
