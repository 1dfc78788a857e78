import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Column, Contract, Format } from '../contract.ts'
import type { ControlTotals, Cursor, Manifest } from '../landing.ts'

export interface DeliveredColumn {
  name: string
  /** The engine's type: VARCHAR, BIGINT, DECIMAL(12,2), … */
  type: string
}

/** Records that the engine reads without guessing: a JSON text, or a file of columns. */
export type RecordText = JsonText | ParquetFile | WrittenRows

/** A Parquet file of our own: the columns by name and type. */
export interface WrittenRows {
  form: 'written'
  path: string
}

/** A Parquet file as it was delivered; its values become text. */
export interface ParquetFile {
  form: 'parquet'
  path: string
  /** The engine's types of its columns, in order. */
  types: string[]
  /** How many records the file says it holds. */
  count: number
}

/** A JSON object a line, its fields `c0`, `c1`, … in the order of the columns. */
export interface JsonText {
  form: 'json'
  path: string
  /** A field `_row` of every record is its position in the delivery. */
  numbered: boolean
  /** Bytes of the longest record, at least. */
  longest: number
}

export interface Parted {
  text: RecordText
  /** Records that cannot be split into columns, with the columns `rejectColumns`. */
  rejects: { text: JsonText; count: number }
  /** Those of them that hold bytes which are not of the encoding, with U+FFFD for the bytes: their keys can be read. */
  undecodable: { text: JsonText; count: number }
}

/** What a source hands over to landing: one table, delivered once. */
export interface Delivery {
  contract: Contract
  input: Manifest['input']
  contentHash: string
  columns: DeliveredColumn[]
  /** Set for rows of a server, which can be read once: writes them as a file of columns. Throws when the source breaks off. */
  written?: (path: string) => Promise<{ contentHash: string; bytes: number; records: number }>
  /**
   * Set for a text of fields: writes its records as a file of columns, in their order, and tells how many they are.
   * Null: the text is not sound, and its records are to be parted.
   */
  split?: (path: string, threads: number) => Promise<number | null>
  /** The text as it stands, for the engine to read alone; it refuses a text that is not sound. */
  sound?: RecordText
  /** The records one by one, parted into those that can be split into columns and those that cannot. */
  parted(): Promise<Parted>
  /** The file as delivered, kept beside the rows when some of it could not be read. */
  original?: { path: string; name: string }
  cursor?: Cursor
  /** What the sender says is in it: anything else does not land. */
  control?: ControlTotals
  /**
   * Called before the load is described and becomes visible; throws when the input changed while it was read. Sha256
   * and content hash that were taken meanwhile are filled in here; until then they are empty.
   */
  verify?: () => Promise<void>
}

export const rejectColumns: DeliveredColumn[] = [
  { name: 'line', type: 'BIGINT' },
  { name: 'reason', type: 'VARCHAR' },
  { name: 'text', type: 'VARCHAR' },
]

/** What of a contract decides how a delivery is read: when it changes, the same file is read again. */
export function readingHash({ origin, delivery, key, cursor, columns }: Contract): string {
  const relation = 'query' in origin && origin.query !== undefined ? { query: origin.query } : undefined
  const format =
    origin.kind === 'files'
      ? { ...origin.format, nulls: undefined, unpacks: undefined }
      : (relation ?? origin.table)
  const names = origin.kind === 'files' ? readingNames(origin.format, columns) : []
  return createHash('sha256')
    .update(JSON.stringify([format, delivery, key, cursor, names]))
    .digest('hex')
    .slice(0, 16)
}

/** The names and places that a file does not hold itself, and those that lead to its header or into its values. */
function readingNames({ type, header }: Format, columns: Column[]): unknown[] {
  if (type === 'fixed') return columns.map(({ from, start, width }) => [from, start, width])
  if (type === 'json' || type === 'ndjson') return columns.map(({ from }) => from).filter(isPath)
  return header === true ? [] : columns.map(({ from }) => from)
}

const isPath = (from: string | string[]) => [from].flat().some((one) => one.includes('.'))

/** The records of a text as a relation: the columns by name, then `_row`, their position from 1. */
export function records(text: RecordText, columns: DeliveredColumn[]): RawBuilder<unknown> {
  if (text.form === 'written') return writtenRecords(text, columns)
  if (text.form === 'parquet') return parquetRecords(text, columns)
  return jsonFields(text, columns, text.numbered ? sql.id('_row') : sql`row_number() over ()`)
}

/** The columns of a JSON text by name and, where it is told, the position of each record. */
function jsonFields(text: JsonText, columns: DeliveredColumn[], row?: RawBuilder<unknown>) {
  const fields = columns.map(({ name, type }, i) => ({ field: `c${i}`, name, type }))
  const named = sql.join(fields.map(({ field, name }) => sql`${sql.id(field)} as ${sql.id(name)}`))
  const position = text.numbered ? [{ field: '_row', type: 'BIGINT' }] : []
  const types = structOf([...position, ...fields].map(({ field, type }) => [field, type]))
  // The engine reads in pieces of twice the longest record it must expect: small ones keep every core busy.
  const longest = sql.lit(Math.max(4 << 20, text.longest + 1024))
  return sql`select ${row ? sql`${named}, ${row} as _row` : named}
    from read_json(${sql.lit(text.path)}, format = 'newline_delimited', maximum_object_size = ${longest}, columns = ${types})`
}

function parquetRecords({ path, types }: ParquetFile, columns: DeliveredColumn[]) {
  const texts = columns.map(
    ({ name }, i) => sql`${asText(sql.id(name), types[i] as string)} as ${sql.id(name)}`,
  )
  return sql`select ${sql.join(texts)}, file_row_number + 1 as _row
    from read_parquet(${sql.lit(path)}, file_row_number = true, binary_as_string = false)`
}

/** A value as text: nested ones as JSON, moments with a zone in UTC, whatever the machine's zone is. */
function asText(value: RawBuilder<unknown>, type: string): RawBuilder<unknown> {
  if (/^(STRUCT|MAP)\(|\]$/.test(type)) return sql`cast(to_json(${value}) as varchar)`
  if (type === 'TIMESTAMP WITH TIME ZONE') return sql`cast(${value} at time zone 'UTC' as varchar) || '+00'`
  return sql`cast(${value} as varchar)`
}

function writtenRecords({ path }: WrittenRows, columns: DeliveredColumn[]) {
  const file = sql.lit(path)
  if (!mayStandUnnumbered(columns))
    return sql`select *, row_number() over () as _row from read_parquet(${file})`
  return sql`select * exclude (file_row_number), file_row_number + 1 as _row
    from read_parquet(${file}, file_row_number = true)`
}

/** The records of a text in their order without their numbers, where it may be landed so; else undefined. */
export function unnumbered(text: RecordText, columns: DeliveredColumn[]): RawBuilder<unknown> | undefined {
  if (!mayStandUnnumbered(columns)) return undefined
  return text.form === 'json' && !text.numbered ? jsonFields(text, columns) : undefined
}

/** The number that the engine gives the rows of a file must not meet a column of that name. */
export const mayStandUnnumbered = (columns: DeliveredColumn[]): boolean =>
  !columns.some(({ name }) => name.toLowerCase() === 'file_row_number')

const structOf = (entries: [string, string][]): RawBuilder<unknown> =>
  sql`{${sql.join(entries.map(([key, value]) => sql`${sql.lit(key)}: ${sql.lit(value)}`))}}`
