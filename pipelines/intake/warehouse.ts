import { existsSync } from 'node:fs'
import { type Contract, readSources } from '../contract.ts'
import { type Db, openDatabase } from '../duckdb.ts'
import { usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'

/**
 * Reads the copy that is being built where one is left, as after a night that stopped: it knows more than what is
 * published. While a run is writing it, and when there is none, the published warehouse; before the first, nothing.
 */
export async function reading<T>(project: Project, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openNewest(project)
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

async function openNewest({ paths }: Project): Promise<Db> {
  const there = [paths.building, paths.warehouse].filter((path) => existsSync(path))
  for (const path of there) {
    const db = await openDatabase(path, { readOnly: true }).catch(() => null)
    if (db) return db
  }
  return openDatabase(':memory:')
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
