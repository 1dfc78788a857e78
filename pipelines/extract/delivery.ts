import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Contract } from '../contract.ts'
import type { Cursor, Manifest } from '../landing.ts'

export interface DeliveredColumn {
  name: string
  type: 'VARCHAR' | 'BIGINT' | 'DOUBLE'
}

/** A UTF-8 text of records that the engine reads without guessing. */
export type RecordText = DelimitedText | JsonText

/** A delimited text as it was delivered: its fields are text, its records count from 1 as they stand. */
export interface DelimitedText {
  form: 'delimited'
  path: string
  delimiter: string
  /** Empty: nothing is quoted. */
  quote: string
  /** Lines before the first record. */
  skip: number
  newLine: '\n' | '\r\n'
  /** How many records there are, counted by bytes alone: any other number is a misreading. */
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
  text: JsonText
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
  /** The text as it stands, for the engine to read alone; it refuses a text that is not sound. */
  sound?: RecordText
  /** The records one by one, parted into those that can be split into columns and those that cannot. */
  parted(): Promise<Parted>
  /** The file as delivered, kept beside the rows when some of it could not be read. */
  original?: string
  cursor?: Cursor
  /** Called before the load becomes visible; throws when the input changed while it was read. */
  verify?: () => Promise<void>
}

export const rejectColumns: DeliveredColumn[] = [
  { name: 'line', type: 'BIGINT' },
  { name: 'reason', type: 'VARCHAR' },
  { name: 'text', type: 'VARCHAR' },
]

/** What of a contract decides how a delivery is read: when it changes, the same file is read again. */
export function readingHash({ origin, delivery, key, cursor, columns }: Contract): string {
  const format = origin.kind === 'files' ? { ...origin.format, nulls: undefined } : origin.table
  const names = origin.kind === 'files' && !origin.format.header ? columns.map(({ from }) => from) : []
  return createHash('sha256')
    .update(JSON.stringify([format, delivery, key, cursor, names]))
    .digest('hex')
    .slice(0, 16)
}

/** The records of a text as a relation: the columns by name, then `_row`, their position from 1. */
export function records(text: RecordText, columns: DeliveredColumn[]): RawBuilder<unknown> {
  if (text.form === 'delimited') return delimitedRecords(text, columns)
  const fields = columns.map(({ name, type }, i) => ({ field: `c${i}`, name, type }))
  const named = sql.join(fields.map(({ field, name }) => sql`${sql.id(field)} as ${sql.id(name)}`))
  const position = text.numbered ? [{ field: '_row', type: 'BIGINT' }] : []
  const types = structOf([...position, ...fields].map(({ field, type }) => [field, type]))
  // The engine reads in pieces of twice the longest record it must expect: small ones keep every core busy.
  const longest = sql.lit(Math.max(4 << 20, text.longest + 1024))
  return sql`select ${named}, ${text.numbered ? sql.id('_row') : sql`row_number() over ()`} as _row
    from read_json(${sql.lit(text.path)}, format = 'newline_delimited', maximum_object_size = ${longest}, columns = ${types})`
}

/** The engine wants line ends spelt out, as backslash and letter. */
function delimitedRecords(
  { path, delimiter, quote, skip, newLine }: DelimitedText,
  columns: DeliveredColumn[],
) {
  const types = structOf(columns.map(({ name, type }) => [name, type]))
  return sql`select *, row_number() over () as _row
    from read_csv(${sql.lit(path)}, auto_detect = false, header = false, skip = ${sql.lit(skip)},
      delim = ${sql.lit(delimiter)}, quote = ${sql.lit(quote)}, escape = ${sql.lit(quote)}, new_line = ${sql.lit(JSON.stringify(newLine).slice(1, -1))},
      nullstr = '', allow_quoted_nulls = false, columns = ${types})`
}

const structOf = (entries: [string, string][]): RawBuilder<unknown> =>
  sql`{${sql.join(entries.map(([key, value]) => sql`${sql.lit(key)}: ${sql.lit(value)}`))}}`
