import { sql } from 'kysely'
import { openDatabase } from '../pipelines/duckdb.ts'

/** Every table of a warehouse with the hash of its rows, whatever their order: equal maps are equal warehouses. */
export async function contentsOf(path: string): Promise<Record<string, string>> {
  const db = await openDatabase(path, { readOnly: true })
  try {
    const tables = await db.rows<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema not in ('main', 'information_schema') order by 1`,
    )
    const contents: Record<string, string> = {}
    for (const { name } of tables) {
      const [row] = await db.rows<{ rows: number; sum: string }>(
        sql`select count(*) as rows, coalesce(sum(hash(t))::varchar, '') as sum from ${sql.table(name)} as t`,
      )
      contents[name] = `${row?.rows} rows, ${row?.sum}`
    }
    return contents
  } finally {
    db.close()
  }
}
