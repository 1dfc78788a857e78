import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type CheckedYaml, checkYaml, parseYaml } from './checked-yaml.ts'
import {
  type DatabaseOrigin,
  type DatabaseSource,
  databaseOrigin,
  shapeDatabase,
  withoutSecrets,
} from './contract/database.ts'
import type { Format } from './contract/format.ts'
import { type Policy, policyOf } from './contract/policy.ts'
import type { FilesTable, ServerTable, Sftp, SourceFile, SqliteTable } from './contract/shape.ts'
import { kindShape, sourceShapes } from './contract/shape.ts'
import { type Fault, type Place, throwFaults } from './error.ts'
import { didYouMean } from './near-miss.ts'
import { type Project, shownPath } from './project.ts'

export type { DatabaseKind, DatabaseOrigin, DatabaseSource } from './contract/database.ts'
export type { Encoding, Format } from './contract/format.ts'
export { encodings } from './contract/format.ts'
export { contractHash } from './contract/hash.ts'
export { deliveredName, firstName, unknownColumns } from './contract/names.ts'
export type { Sftp } from './contract/shape.ts'

export interface Column {
  /** Name in the warehouse. */
  name: string
  /** Name at the source, or several: whichever is delivered, the first first. */
  from: string | string[]
  /** Where a column of a fixed-width file stands. */
  start?: number
  width?: number
  /** DuckDB type, checked: it may stand in SQL. */
  type: string
  notNull: boolean
  optional: boolean
  enum: string[] | undefined
  pii: 'direct' | 'indirect' | undefined
  /** `strptime` formats, tried in order. */
  format: string[] | undefined
  description: string | undefined
  place: Place
}

export interface Check {
  name: string
  /** A condition over the typed columns, written by the contract's author. */
  condition: string
  place: Place
  /** Where the condition begins in the file, when it stands there letter for letter. */
  offset: number | undefined
}

/** What one table is expected to be, from its source to `raw`. */
export interface Contract {
  source: string
  table: string
  description: string | undefined
  delivery: 'snapshot' | 'append'
  key: string[]
  cursor: string | undefined
  rejectLimit: { count: number | undefined; share: number | undefined }
  unknownColumns: 'ignore' | 'freeze' | 'evolve'
  columns: Column[]
  checks: Check[]
  origin: SqliteOrigin | DatabaseOrigin | FilesOrigin
  policy: Policy
  place: Place
}

export interface SqliteOrigin {
  kind: 'sqlite'
  /** The table's or view's name in the database. */
  table: string
}

export interface FilesOrigin {
  kind: 'files'
  path: string[]
  pattern: string | undefined
  required: boolean
  settle: number
  format: Format
}

export interface SourceHead<Origin> {
  name: string
  pastLimit: 'stop' | 'keep_yesterday'
  whenMissing: 'stop' | 'keep_yesterday'
  /** The contract's file, as people name it. */
  file: string
  missing: string | undefined
  custodian: string | undefined
  licence: string | undefined
  tables: (Contract & { origin: Origin })[]
}

export type SqliteSource = SourceHead<SqliteOrigin> & { kind: 'sqlite'; path: string[] }
export type FilesSource = SourceHead<FilesOrigin> & { kind: 'files'; sftp?: Sftp }
export type Source = SqliteSource | DatabaseSource | FilesSource

/**
 * Reads and checks every `sources/*.yaml` of a project, in order of name.
 * Throws all faults of all files at once, exit code 2.
 */
export async function readSources(project: Project): Promise<Source[]> {
  const dir = project.paths.sources
  const names = existsSync(dir) ? (await readdir(dir)).filter((name) => /\.ya?ml$/.test(name)).sort() : []
  const faults: Fault[] = []
  const sources: Source[] = []
  for (const name of names) {
    const path = join(dir, name)
    const source = readSource(shownPath(path), await readFile(path, 'utf8'), faults)
    if (source) sources.push(source)
  }
  faults.push(...repeated(sources))
  throwFaults(faults, 2)
  return sources
}

/** Reads one contract file; what is wrong with it is added to `faults`. */
export function readSource(file: string, text: string, faults: Fault[]): Source | undefined {
  const whole = { file, text, start: 0, end: text.length, shown: withoutSecrets(text) }
  const document = parseYaml(whole)
  const { value, faults: unkind } = checkYaml(kindShape, whole, document)
  if (!value) {
    faults.push(...unkind)
    return undefined
  }
  const shape = sourceShapes[value.kind]
  const yaml = checkYaml<(typeof sourceShapes)[keyof typeof sourceShapes]>(shape, whole, document)
  faults.push(...yaml.faults)
  if (!yaml.value) return undefined
  const before = faults.length
  const source = shapeSource(file, yaml, yaml.value, faults)
  return faults.length === before ? source : undefined
}

type Yaml = CheckedYaml<unknown>

function shapeSource(file: string, yaml: Yaml, data: SourceFile, faults: Fault[]): Source {
  const name =
    data.source ??
    basename(file)
      .replace(/\.ya?ml$/, '')
      .replaceAll('-', '_')
  const { missing, custodian, licence, past_limit: pastLimit, when_missing: whenMissing } = data
  const head = { name, file, missing, custodian, licence, pastLimit, whenMissing }
  if (data.kind === 'sqlite') {
    const tables = Object.entries(data.tables).map(([table, shape]) => {
      const origin: SqliteOrigin = { kind: 'sqlite', table: shape.table ?? table }
      const contract = { ...shapeTable(name, table, shape, yaml, faults), cursor: shape.cursor, origin }
      faults.push(...cursorFaults(contract, yaml))
      return contract
    })
    return { ...head, kind: 'sqlite', path: data.path, tables }
  }
  if (data.kind !== 'files') {
    const { kind } = data
    const tables = Object.entries(data.tables).map(([table, shape]) => {
      const contract = { ...shapeTable(name, table, shape, yaml, faults), cursor: shape.cursor }
      const whole = { ...contract, origin: databaseOrigin(kind, contract, shape, faults) }
      faults.push(...cursorFaults(whole, yaml))
      return whole
    })
    return { ...head, kind, ...shapeDatabase(data, yaml, faults), tables }
  }
  const tables = Object.entries(data.tables).map(([table, shape]) => {
    const contract = shapeTable(name, table, shape, yaml, faults)
    return { ...contract, cursor: undefined, origin: filesOrigin(contract, shape, data.format, faults) }
  })
  return { ...head, kind: 'files', tables, ...(data.sftp ? { sftp: data.sftp } : {}) }
}

function shapeTable(
  source: string,
  table: string,
  shape: SqliteTable | ServerTable | FilesTable,
  yaml: Yaml,
  faults: Fault[],
) {
  const path = ['tables', table]
  const columns = shapeColumns(shape, [...path, 'columns'], yaml)
  faults.push(...columnFaults(shape.key ?? [], columns, [...path, 'key'], yaml))
  const policy = policyOf(shape)
  const summed = Object.keys(policy.control?.sums ?? {})
  const unknown = summed.filter((name) => !columns.some((column) => column.name === name))
  const sums = [...path, 'control', 'sums']
  faults.push(
    ...unknown.map((name) =>
      noSuchColumn(yaml.placeOf([...sums, name], 'key'), 'control total', name, columns),
    ),
  )
  if (policy.control && 'query' in policy.control && shape.delivery === 'append')
    faults.push({
      what: `table '${table}' is appended to: what comes of it is not what a query counts`,
      where: yaml.placeOf([...path, 'control'], 'key'),
      how: 'Take control: out, or have the table delivered whole.',
    })
  return {
    source,
    table,
    description: shape.description,
    delivery: shape.delivery,
    key: shape.key ?? [],
    rejectLimit: { count: shape.reject_limit.count, share: shape.reject_limit.share },
    unknownColumns: shape.unknown_columns,
    columns,
    checks: Object.entries(shape.checks).map(([name, condition]) => ({
      name,
      condition,
      place: yaml.placeOf([...path, 'checks', name]),
      offset: yaml.offsetOf([...path, 'checks', name]),
    })),
    policy,
    place: yaml.placeOf(path, 'key'),
  }
}

function shapeColumns(
  { columns, key, missing_columns }: SqliteTable | ServerTable | FilesTable,
  path: string[],
  yaml: Yaml,
): Column[] {
  let end = 1
  const needed = (name: string, not_null: boolean) => not_null || (key?.includes(name) ?? false)
  return Object.entries(columns).map(([name, { not_null, from, start = end, width, ...column }]) => {
    end = start + (width ?? 0)
    return {
      name,
      from: from === undefined ? name : from.length === 1 ? (from[0] as string) : from,
      ...(width === undefined ? {} : { start, width }),
      type: column.type,
      // A row without its key cannot be told from others.
      notNull: needed(name, not_null),
      optional: column.optional || (missing_columns === 'evolve' && !needed(name, not_null)),
      enum: column.enum,
      pii: column.pii,
      format: column.format,
      description: column.description,
      place: yaml.placeOf([...path, name], 'key'),
    }
  })
}

function columnFaults(key: string[], columns: Column[], keyPath: string[], yaml: Yaml): Fault[] {
  const faults = key.flatMap((name, i) => {
    const known = columns.some((column) => column.name === name)
    return known ? [] : [noSuchColumn(yaml.placeOf([...keyPath, i]), 'key', name, columns)]
  })
  const readBy = new Map<string, string>()
  for (const { name, from, place } of columns) {
    for (const one of [from].flat()) {
      const other = readBy.get(one)
      if (other)
        faults.push({ what: `columns '${other}' and '${name}' are both read from '${one}'`, where: place })
      readBy.set(one, name)
    }
  }
  return faults
}

function filesOrigin(
  { table, columns, place: where }: { table: string; columns: Column[]; place: Place },
  shape: FilesTable,
  common: Format | undefined,
  faults: Fault[],
): FilesOrigin {
  if ((shape.path === undefined) === (shape.pattern === undefined)) {
    faults.push({ what: `table '${table}' needs either 'path' (one file) or 'pattern' (several)`, where })
  }
  const format = shape.format ?? common
  if (!format) {
    faults.push({
      what: `table '${table}' has no format`,
      where,
      how: 'Add format: {type: csv}, or fixed, json, ndjson, parquet, arrow or xlsx.',
    })
  }
  if (format?.type === 'fixed') faults.push(...widthFaults(columns))
  const { path = [], pattern, required, settle } = shape
  return { kind: 'files', path, pattern, required, settle, format: format as Format }
}

/** A fixed-width file is nothing but its widths. */
const widthFaults = (columns: Column[]): Fault[] =>
  columns
    .filter(({ width }) => width === undefined)
    .map(({ name, place }) => ({
      what: `column '${name}' of a fixed-width file has no width`,
      where: place,
      how: 'Add width: (and start:, where it does not begin at the end of the one before).',
    }))

function cursorFaults({ delivery, cursor, table, columns }: Contract, yaml: Yaml): Fault[] {
  const where = yaml.placeOf(['tables', table, cursor === undefined ? 'delivery' : 'cursor'], 'key')
  if (delivery === 'append' && cursor === undefined) {
    return [{ what: `table '${table}' is delivered by append and names no cursor`, where }]
  }
  if (delivery === 'snapshot' && cursor !== undefined) {
    return [
      { what: `table '${table}' has a cursor but is delivered whole`, where, how: "Add 'delivery: append'." },
    ]
  }
  const known = cursor === undefined || columns.some(({ name }) => name === cursor)
  return known ? [] : [noSuchColumn(where, 'cursor', cursor, columns)]
}

function noSuchColumn(where: Place, role: string, name: string, columns: Column[]): Fault {
  const how = didYouMean(
    name,
    columns.map((column) => column.name),
  )
  return { what: `the ${role} names no column: '${name}'`, where, ...(how ? { how } : {}) }
}

/** One warehouse, one name space: a table belongs to one source, a source to one file. */
function repeated(sources: Source[]): Fault[] {
  const faults: Fault[] = []
  const names = new Map<string, Source>()
  const tables = new Map<string, Contract>()
  for (const source of sources) {
    const twin = names.get(source.name)
    if (twin)
      faults.push({ what: `source '${source.name}' is also ${twin.file}`, where: { file: source.file } })
    names.set(source.name, source)
    for (const contract of source.tables) {
      const other = tables.get(contract.table)
      const what = `table '${contract.table}' also belongs to source '${other?.source}'`
      if (other)
        faults.push({
          what,
          where: contract.place,
          how: 'Rename one of them; table: keeps a database table’s own name.',
        })
      tables.set(contract.table, contract)
    }
  }
  return faults
}
