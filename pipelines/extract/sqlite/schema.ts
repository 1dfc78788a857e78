import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DeliveredColumn } from '../delivery.ts'

export interface SourceColumn extends DeliveredColumn {
  /** True for a value that the type does not hold; null where there is none such. */
  misfit: RawBuilder<unknown> | null
  /** The value as the database writes it: of the type where it is declared, else as text. */
  value: RawBuilder<unknown>
}

export interface SourceTable {
  name: string
  columns: SourceColumn[]
  /** The name under which the row id can be read; null for views and tables without one. */
  rowid: string | null
}

/** Looks a table or view up. Undefined: there is none of that name. */
export async function describeTable(db: Kysely<unknown>, name: string): Promise<SourceTable | undefined> {
  const kinds = await sql<{ type: string; wr: bigint }>`
    select type, wr from pragma_table_list where schema = 'main' and name = ${name} collate nocase`.execute(
    db,
  )
  const kind = kinds.rows[0]
  if (!kind) return undefined
  // Hidden columns of virtual tables are left out (1); generated ones (2, 3) are columns like any other.
  const found = await sql<{ name: string; type: string }>`
    select name, type from pragma_table_xinfo(${name}) where hidden <> 1 order by cid`.execute(db)
  const columns = found.rows.map((column) => describeColumn(column.name, column.type.toUpperCase()))
  const taken = new Set(columns.map((column) => column.name.toLowerCase()))
  const rowid = ['rowid', '_rowid_', 'oid'].find((alias) => !taken.has(alias)) ?? null
  return { name, columns, rowid: kind.type === 'table' && kind.wr === 0n ? rowid : null }
}

/** Every table and view of the database, for a suggestion when one is not found. */
export async function tableNames(db: Kysely<unknown>): Promise<string[]> {
  const found = await sql<{ name: string }>`
    select name from pragma_table_list where schema = 'main' and name not like 'sqlite\\_%' escape '\\'`.execute(
    db,
  )
  return found.rows.map(({ name }) => name)
}

/**
 * SQLite declares types but does not hold to them. A declared number is one until a value says otherwise; a date, an
 * undeclared column and the result of an expression may be anything and land as text.
 */
function describeColumn(name: string, declared: string): SourceColumn {
  const value = sql.ref(name)
  const kind = sql`typeof(${value})`
  if (declared.includes('INT') || declared.includes('BOOL')) {
    return { name, type: 'BIGINT', value, misfit: sql`${kind} not in ('integer', 'null')` }
  }
  if (/CHAR|CLOB|TEXT/.test(declared)) return { name, type: 'VARCHAR', value, misfit: sql`${kind} = 'blob'` }
  const boundless = sql`abs(${value}) > 1.7976931348623157e308`
  if (/REAL|FLOA|DOUB/.test(declared)) {
    return { name, type: 'DOUBLE', value, misfit: sql`${kind} not in ('real', 'null') or ${boundless}` }
  }
  if (/DEC|NUM|MONEY/.test(declared)) {
    // A declared number holds whole ones as integers; beyond 2^53 they would lose digits.
    const long = sql`${kind} = 'integer' and not ${value} between -9007199254740992 and 9007199254740992`
    const misfit = sql`${kind} in ('text', 'blob') or ${long} or (${kind} = 'real' and ${boundless})`
    return { name, type: 'DOUBLE', value, misfit }
  }
  return asText({ name })
}

/**
 * Any value as text: numbers with as many digits as it takes to read the same number again, blobs as hexadecimal
 * digits.
 */
export function asText({ name }: { name: string }): SourceColumn {
  const value = sql.ref(name)
  const text = sql`case typeof(${value}) when 'null' then null when 'text' then ${value}
    when 'blob' then hex(${value}) else quote(${value}) end`
  return { name, type: 'VARCHAR', value: text, misfit: null }
}
