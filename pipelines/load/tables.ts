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
    select distinct table_name as name from information_schema.tables where table_schema = 'quarantine'`)
  return rows.map(({ name }) => name)
}

/** Runs a statement and tells how many rows it changed. */
export async function changed(db: Db, statement: Expression): Promise<number> {
  const [row] = await db.rows<{ Count: number }>(statement)
  return row?.Count ?? 0
}
