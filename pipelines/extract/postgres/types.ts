import { type RawBuilder, sql } from 'kysely'
import type { SourceColumn } from '../database/server.ts'

/** A column of a result: name, type and its modifier. A domain is told by the type it is made of. */
export interface ResultColumn {
  name: string
  dataTypeID: number
  dataTypeModifier: number
}

const engineTypes: Record<number, string> = {
  16: 'BOOLEAN',
  20: 'BIGINT',
  21: 'SMALLINT',
  23: 'INTEGER',
  26: 'BIGINT', // oid
  700: 'FLOAT',
  701: 'DOUBLE',
  1082: 'DATE',
  1083: 'TIME',
  1114: 'TIMESTAMP',
  1184: 'TIMESTAMPTZ',
  2950: 'UUID',
}

const numeric = 1700
const money = 790
const bytea = 17

/**
 * The engine's type for a column, and how the value is written. What the engine has no type for lands as the text that
 * PostgreSQL writes (numbers without a scale, enumerations, JSON, intervals, networks, ranges); arrays as JSON, bytes as
 * hexadecimal digits, money as a number without its sign.
 */
export function describeColumn(
  { name, dataTypeID, dataTypeModifier }: ResultColumn,
  arrays: ReadonlySet<number>,
): SourceColumn {
  const own = sql.id(name)
  const column = (type: string, value: RawBuilder<unknown> = own): SourceColumn => ({ name, type, value })
  if (dataTypeID === numeric) return column(numericType(dataTypeModifier))
  if (dataTypeID === money) return column('VARCHAR', sql`${own}::numeric`)
  if (dataTypeID === bytea) return column('VARCHAR', sql`upper(encode(${own}, 'hex'))`)
  if (arrays.has(dataTypeID)) return column('VARCHAR', sql`to_json(${own})`)
  return column(engineTypes[dataTypeID] ?? 'VARCHAR')
}

/** Precision and scale stand in the modifier; the scale is signed and of eleven bits. */
function numericType(modifier: number): string {
  if (modifier < 4) return 'VARCHAR'
  const precision = ((modifier - 4) >> 16) & 0xffff
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024
  return precision <= 38 && scale >= 0 && scale <= precision ? `DECIMAL(${precision},${scale})` : 'VARCHAR'
}

export const isKnown = (type: number): boolean =>
  type in engineTypes || type === numeric || type === money || type === bytea || type === 25 || type === 1043
