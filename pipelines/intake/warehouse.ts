import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { type Contract, readSources } from '../contract.ts'
import { type Db, openDatabase } from '../duckdb.ts'
import { usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'

/** Reads the published warehouse, or an empty one when nothing is published yet. */
export async function reading<T>(project: Project, work: (db: Db) => Promise<T>): Promise<T> {
  const { warehouse } = project.paths
  const db = existsSync(warehouse)
    ? await openDatabase(warehouse, { readOnly: true })
    : await openDatabase(':memory:')
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

/** Whether the warehouse has a table: an older version may not. */
export async function stands(db: Db, schema: string, table: string): Promise<boolean> {
  const [found] = await db.rows<{ n: number }>(sql`select count(*) as n from information_schema.tables
    where table_schema = ${schema} and table_name = ${table}`)
  return found?.n === 1
}

export const allContracts = async (project: Project): Promise<Contract[]> =>
  (await readSources(project)).flatMap(({ tables }): Contract[] => tables)

/** The contract of a table: `orders` or `desk.orders`. */
export async function contractOf(project: Project, name: string): Promise<Contract> {
  const contracts = await allContracts(project)
  const found = contracts.find(({ source, table }) => name === table || name === `${source}.${table}`)
  if (found) return found
  const how = didYouMean(
    name,
    contracts.map(({ table }) => table),
  )
  throw usageError({ what: `no contract names a table '${name}'`, ...(how ? { how } : {}) })
}
