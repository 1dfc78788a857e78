import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Contract, deliveredName } from '../../contract.ts'
import type { Cursor } from '../../landing.ts'
import type { SourceTable } from './schema.ts'

/** The cursor column of a contract by its name in the database; undefined for a table that is delivered whole. */
export function cursorColumn({ columns, cursor }: Contract, table: SourceTable): string | undefined {
  const from = columns.find(({ name }) => name === cursor)?.from
  return from === undefined ? undefined : deliveredName(from, table.columns)
}

/** The rows that may be new: from the last value on, inclusive, as rows may since have been written with the same one. */
export function rowsSince(column: string | undefined, last: Cursor | null | undefined): RawBuilder<unknown> {
  if (column === undefined || !last || last.value === null || last.column !== column) return sql`true`
  const numeric = last.type === 'BIGINT' ? BigInt(last.value) : Number(last.value)
  const value = last.type === 'VARCHAR' ? last.value : numeric
  return sql`(${sql.ref(column)} >= ${value} or ${sql.ref(column)} is null)`
}

/** The greatest value now, or the last one when there is nothing past it. */
export async function readCursor(
  snapshot: Kysely<unknown>,
  table: SourceTable,
  column: string,
  last: Cursor | null | undefined,
): Promise<Cursor> {
  const type = table.columns.find(({ name }) => name === column)?.type ?? 'VARCHAR'
  const { rows } = await sql<{ value: string | bigint | number | null }>`
    select max(${sql.ref(column)}) as value from ${sql.table(table.name)} where ${rowsSince(column, last)}`.execute(
    snapshot,
  )
  const value = rows[0]?.value ?? null
  return { column, type, value: value === null ? (last?.value ?? null) : String(value) }
}
