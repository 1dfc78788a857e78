import { type RawBuilder, sql } from 'kysely'
import type { SourceColumn } from '../database/server.ts'

/** A column of a result as the protocol describes it. */
export interface ResultColumn {
  name: string
  columnType?: number | undefined
  characterSet?: number | undefined
  columnLength?: number | undefined
  decimals?: number | undefined
  flags: number | string[]
}

const isUnsigned = 32
/** The character set of bytes. */
const binary = 63

const types = {
  decimal: [0, 246],
  small: [1, 2, 13], // tinyint, smallint, year
  int: [3, 9],
  bigint: [8],
  float: [4],
  double: [5],
  timestamp: [7],
  date: [10, 14],
  datetime: [12],
  bit: [16],
  geometry: [255],
  /** Texts or bytes: which, the character set tells. */
  text: [15, 249, 250, 251, 252, 253, 254],
}

/**
 * The engine's type for a column and how the value is written. Moments with a time zone are of UTC. Bytes, and shapes on
 * maps, land as hexadecimal digits; times land as text, as they reach beyond a day; a FLOAT with all its digits.
 */
export function describeColumn(column: ResultColumn): SourceColumn {
  const { name, columnType = -1, characterSet, columnLength = 0, decimals = 0, flags } = column
  const own = sql.id(name)
  const unsigned = typeof flags === 'number' && (flags & isUnsigned) !== 0
  const is = (kind: keyof typeof types) => types[kind].includes(columnType)
  const plain = (type: string, value: RawBuilder<unknown> = own) => ({ name, type, value, text: value })
  if (is('small')) return plain('INTEGER')
  if (is('int')) return plain(unsigned ? 'BIGINT' : 'INTEGER')
  if (is('bigint')) return plain(unsigned ? 'UBIGINT' : 'BIGINT')
  if (is('bit')) return plain('UBIGINT', sql`${own} + 0`)
  if (is('float')) return plain('DOUBLE', sql`${own} + 0e0`)
  if (is('double')) return plain('DOUBLE')
  if (is('date')) return plain('DATE')
  if (is('datetime')) return plain('TIMESTAMP')
  if (is('timestamp')) return { ...plain('TIMESTAMPTZ'), text: sql`concat(${own}, '+00')` }
  if (is('decimal')) return plain(decimalType(columnLength, decimals, unsigned))
  const bytes = is('geometry') || (is('text') && characterSet === binary)
  return plain('VARCHAR', bytes ? sql`hex(${own})` : own)
}

/** The length counts a sign and a point beside the digits. */
function decimalType(length: number, scale: number, unsigned: boolean): string {
  const precision = length - (unsigned ? 0 : 1) - (scale > 0 ? 1 : 0)
  return precision >= 1 && precision <= 38 && scale <= precision
    ? `DECIMAL(${precision},${scale})`
    : 'VARCHAR'
}
