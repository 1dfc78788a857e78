import { existsSync } from 'node:fs'
import { sql } from 'kysely'
import { type Db, openDatabase } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import type { Project } from '../project.ts'

/** What the databases are called beside each other. No model may live in a schema of either name. */
export const catalogues = { published: 'warehouse', own: 'building' } as const
export type Catalogue = (typeof catalogues)[keyof typeof catalogues]

/** A table of one of the databases, quoted. */
export function tableIn(catalogue: Catalogue, name: string) {
  const [schema, table] = name.split('.') as [string, string]
  return sql`${sql.id(catalogue, schema, table)}`
}

/** Opens an engine that holds nothing itself, beside the published warehouse, read-only. The caller closes it. */
export async function openPublished({ paths, config }: Project): Promise<Db> {
  if (!existsSync(paths.warehouse)) {
    throw new ClienteleError({
      what: `nothing is published for ${config.name}`,
      how: 'Run clientele nightly first.',
    })
  }
  const db = await openDatabase(':memory:', config.threads ? { threads: config.threads } : {})
  try {
    await attachPublished(db, paths.warehouse)
  } catch (error) {
    db.close()
    throw error
  }
  return db
}

export const attachPublished = (db: Db, path: string): Promise<void> =>
  db.run(sql`attach ${sql.lit(path)} as ${sql.id(catalogues.published)} (read_only)`)

/**
 * Attaches a database that is not the published one. Throws when another process writes to it. Written without a
 * log: nobody waits for the disk after a save, and what a crash takes with it is made again by the next pass.
 */
export async function attachOwn(db: Db, path: string, { readOnly }: { readOnly: boolean }): Promise<void> {
  const mode = sql.raw(readOnly ? 'read_only' : 'recovery_mode no_wal_writes')
  await db.run(sql`attach ${sql.lit(path)} as ${sql.id(catalogues.own)} (${mode})`)
}
