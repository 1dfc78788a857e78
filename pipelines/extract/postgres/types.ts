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
const oid = 26
const bytea = 17

/** Texts, and JSON: they are sent as they stand. */
const texts = new Set([19, 25, 114, 1042, 1043])

/**
 * The engine's type for a column, and what is selected for it. What the engine has no type for lands as the text that
 * PostgreSQL writes (numbers without a scale, enumerations, JSON, intervals, networks, ranges); arrays as JSON, bytes as
 * hexadecimal digits, money as a number without its sign.
 */
export function describeColumn(
  { name, dataTypeID, dataTypeModifier }: ResultColumn,
  arrays: ReadonlySet<number>,
): SourceColumn {
  const own = sql.id(name)
  const column = (type: string, value: RawBuilder<unknown> = own) => ({
    name,
    type,
    value,
    text: written(own),
  })
  const text = (value: RawBuilder<unknown>) => ({ name, type: 'VARCHAR', value, text: value })
  if (dataTypeID === numeric) {
    const type = numericType(dataTypeModifier)
    return type === 'VARCHAR' ? text(written(own)) : column(type)
  }
  if (dataTypeID === money) return text(sql`${own}::numeric::text`)
  if (dataTypeID === bytea) return text(sql`upper(encode(${own}, 'hex'))`)
  if (dataTypeID === oid) return column('BIGINT', sql`${own}::bigint`)
  if (arrays.has(dataTypeID)) return text(sql`to_json(${own})`)
  const type = engineTypes[dataTypeID]
  if (type !== undefined) return column(type)
  return text(texts.has(dataTypeID) ? own : written(own))
}

/** A value as PostgreSQL writes it: a cast would not do, as that of an address adds its mask. */
const written = (value: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`case when ${value} is not null then format('%s', ${value}) end`

/** Precision and scale stand in the modifier; the scale is signed and of eleven bits. */
function numericType(modifier: number): string {
  if (modifier < 4) return 'VARCHAR'
  const precision = ((modifier - 4) >> 16) & 0xffff
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024
  return precision <= 38 && scale >= 0 && scale <= precision ? `DECIMAL(${precision},${scale})` : 'VARCHAR'
}

export const isKnown = (type: number): boolean =>
  type in engineTypes || [numeric, money, bytea, oid].includes(type) || texts.has(type)
