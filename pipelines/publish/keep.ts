import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../duckdb.ts'
import { flush } from '../durable.ts'
import { type Project, privateDir } from '../project.ts'
import { seal } from './versions.ts'

/**
 * Writes the ids that the published warehouse gives its customers to `var/kept/given_ids.csv`, for the next night to
 * extract like any delivery: what was given before is then part of landing, and a rebuild gives the same ids. Only a
 * project whose sources/ reads the file makes use of it. Written whole or not at all.
 */
export async function keepIds(project: Project): Promise<void> {
  const kept = await privateDir(join(project.paths.var, 'kept'))
  const hidden = join(kept, '.given_ids.csv')
  await rm(hidden, { force: true })
  const db = await openDatabase(project.paths.warehouse, { readOnly: true })
  try {
    const [found] = await db.rows(
      "select 1 from information_schema.columns where table_schema = 'identity' and table_name = 'clusters' and column_name = 'given_on'",
    )
    if (!found) return
    await db.run(
      sql`copy (
        select record_kind, record_id, customer_id, given_on from identity.clusters order by record_kind, record_id
      ) to ${sql.lit(hidden)} (format csv, header)`,
    )
  } finally {
    db.close()
  }
  await seal(hidden)
  await flush(hidden)
  await rename(hidden, join(kept, 'given_ids.csv'))
  await flush(kept)
}
