import * as arrow from 'apache-arrow'
import { textVector } from '../vectors.ts'
import type { ModelColumns } from './model.ts'

/** What a model gave, as one Arrow table. Throws when its columns are not of one length. */
export function asTable(result: ModelColumns): arrow.Table {
  if (result instanceof arrow.Table) return plainDates(result)
  const columns = Object.entries(result).map(([name, values]) => [name, asVector(values)] as const)
  const lengths = new Set(columns.map(([, { length }]) => length))
  if (lengths.size > 1) {
    const told = columns.map(([name, { length }]) => `${name} ${length}`).join(', ')
    throw new Error(`columns of different length: ${told}`)
  }
  return plainDates(new arrow.Table(Object.fromEntries(columns)))
}

function asVector(values: arrow.Vector | ArrayLike<unknown>): arrow.Vector {
  if (values instanceof arrow.Vector) return values
  if (ArrayBuffer.isView(values)) return arrow.makeVector(values as Float64Array)
  const all = Array.from(values, (value) => value ?? null)
  // Arrow guesses a type from the values: it cannot when there are none, and makes a dictionary of texts.
  const isText = all.every((value) => value === null || typeof value === 'string')
  return isText ? textVector(arrow, all as (string | null)[]) : arrow.vectorFromArray(all)
}

/** Dates travel as text, which the cast to the declared type reads. */
function plainDates(table: arrow.Table): arrow.Table {
  const columns = table.schema.fields.map(({ name, type }, i) => {
    const vector = table.getChildAt(i) as arrow.Vector
    if (!arrow.DataType.isDate(type) && !arrow.DataType.isTimestamp(type)) return [name, vector] as const
    const texts = Array.from(vector, (value) =>
      value === null ? null : new Date(value as number).toISOString(),
    )
    return [name, textVector(arrow, texts)] as const
  })
  return new arrow.Table(Object.fromEntries(columns))
}

/** The engine's type that takes a column as it comes. */
export function engineType(type: arrow.DataType): string {
  if (arrow.DataType.isBool(type)) return 'BOOLEAN'
  if (arrow.DataType.isInt(type)) return type.bitWidth === 64 || !type.isSigned ? 'BIGINT' : 'INTEGER'
  return arrow.DataType.isFloat(type) ? 'DOUBLE' : 'VARCHAR'
}
