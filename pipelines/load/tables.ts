import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import type { Expression } from './cast.ts'

export {
  createLedgers,
  createTables,
  dropTables,
  history,
  historyInput,
  quarantine,
  type RawTable,
} from '../raw.ts'

/** Every table that stands in the warehouse under a contract, past or present. */
export async function loadedTables(db: Db): Promise<string[]> {
  const rows = await db.rows<{ name: string }>(`
    select distinct table_name as name from duckdb_tables() where schema_name = 'quarantine'`)
  return rows.map(({ name }) => name)
}

/** Whether a table stands in the warehouse. The engine's own list, unlike the standard one, plans no view to answer. */
export async function isLoaded(db: Db, table: string): Promise<boolean> {
  const [stands] = await db.rows<{ n: number }>(sql`
    select count(*) as n from duckdb_tables() where schema_name = 'quarantine' and table_name = ${table}`)
  return stands?.n === 1
}

/** Runs a statement and tells how many rows it changed. */
export async function changed(db: Db, statement: Expression): Promise<number> {
  const [row] = await db.rows<{ Count: number }>(statement)
  return row?.Count ?? 0
}
