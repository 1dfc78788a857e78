import { type RawBuilder, sql } from 'kysely'
import { composer } from '../duckdb.ts'

/** A part of a SELECT. */
export type Part = RawBuilder<unknown>

/** A name as it stands in SQL, without quotes: declarations allow no other. */
export function name(text: string): Part {
  if (!/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$/.test(text)) throw new RangeError(`not a name: ${text}`)
  return sql.raw(text)
}

export const value = (literal: string | number | boolean): Part => sql.lit(literal)

/** Parts one under the other. */
export const lines = (parts: readonly Part[], between = ',\n      '): Part =>
  parts.length === 0 ? sql`` : sql.join([...parts], sql.raw(between))

/** The text of a SELECT; it holds every value letter for letter, as a model does. */
export function textOf(part: Part): string {
  const { sql: text, parameters } = part.compile(composer)
  if (parameters.length > 0) throw new RangeError('a model holds its values letter for letter')
  return `${text.trim()}\n`
}
