import { sql } from 'kysely'
import type { Db } from './duckdb.ts'

/** Whether the database has a table or view of this name, `schema.table`: one of an older version may not. */
export async function stands(db: Db, name: string): Promise<boolean> {
  const [schema, table] = name.split('.')
  const found = await db.rows(sql`select 1 from information_schema.tables
    where table_catalog = current_database() and table_schema = ${schema} and table_name = ${table}`)
  return found.length === 1
}
