import { type RawBuilder, sql } from 'kysely'
import { type Contract, deliveredName } from '../contract.ts'
import type { Cursor } from '../landing.ts'
import type { DeliveredColumn } from './delivery.ts'

type Last = Cursor | null | undefined

/** What differs between the databases that a cursor is read from. */
export interface CursorReader {
  /** The table, view or query in brackets. */
  relation: RawBuilder<unknown>
  /** A value of the cursor column as it stands in SQL. */
  literal(value: string, type: string): RawBuilder<unknown>
  greatest(query: RawBuilder<unknown>): Promise<string | bigint | number | null | undefined>
}

/** The cursor column of a contract by its name in the database; undefined for a table that is delivered whole. */
export function cursorColumn(
  { columns, cursor }: Contract,
  delivered: DeliveredColumn[],
): string | undefined {
  const from = columns.find(({ name }) => name === cursor)?.from
  return from === undefined ? undefined : deliveredName(from, delivered)
}

/** The rows that may be new: from the last value on, inclusive, as rows may since have been written with the same one. */
export function rowsSince(
  column: string | undefined,
  last: Last,
  literal: CursorReader['literal'],
): RawBuilder<unknown> {
  if (column === undefined || !last || last.value === null || last.column !== column) return sql`true`
  return sql`(${sql.id(column)} >= ${literal(last.value, last.type)} or ${sql.id(column)} is null)`
}

/** The greatest value now, or the last one when there is nothing past it. */
export async function readCursor(
  { relation, literal, greatest }: CursorReader,
  columns: DeliveredColumn[],
  column: string,
  last: Last,
): Promise<Cursor> {
  const type = columns.find(({ name }) => name === column)?.type ?? 'VARCHAR'
  const value = await greatest(sql`
    select max(${sql.id(column)}) as value from ${relation} where ${rowsSince(column, last, literal)}`)
  return {
    column,
    type,
    value: value === null || value === undefined ? (last?.value ?? null) : String(value),
  }
}
