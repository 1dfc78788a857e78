import { chmod, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../duckdb.ts'
import { flush } from '../durable.ts'
import { type Project, privateDir } from '../project.ts'

/**
 * Writes what the published warehouse made of the names on lists, without anything personal, to
 * `var/kept/list_outcomes.csv`, for the next night to extract like any delivery: counts stand when the names are purged.
 * Only a project whose sources/ reads the file makes use of it. Written whole or not at all.
 */
export async function keepOutcomes(project: Project): Promise<void> {
  const kept = await privateDir(join(project.paths.var, 'kept'))
  const hidden = join(kept, '.list_outcomes.csv')
  await rm(hidden, { force: true })
  const db = await openDatabase(project.paths.warehouse, { readOnly: true })
  try {
    const [found] = await db.rows(
      "select 1 from information_schema.tables where table_schema = 'lists' and table_name = 'names'",
    )
    if (!found) return
    await db.run(
      sql`copy (
        select list_name_id, list_id, prospect_id, reason, detail, customer_id, house_on, lists
        from lists.names order by list_id, list_name_id
      ) to ${sql.lit(hidden)} (format csv, header)`,
    )
  } finally {
    db.close()
  }
  await chmod(hidden, 0o600)
  await flush(hidden)
  await rename(hidden, join(kept, 'list_outcomes.csv'))
  await flush(kept)
}
