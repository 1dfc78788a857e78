import { chmod, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from './duckdb.ts'
import { flush } from './durable.ts'
import { type Project, privateDir } from './project.ts'

/** What a night is told by the one before. */
export interface Kept {
  /** Its name in `var/kept/`. */
  file: string
  /** `schema.table.column` that a warehouse has if it can tell. */
  told: readonly [schema: string, table: string, column: string]
  rows: RawBuilder<unknown>
}

/**
 * Writes what the published warehouse tells to `var/kept/`, for a night of a later day to extract like any delivery: it is then
 * part of landing, and a rebuild finds it there. Only a project whose sources/ reads the file makes use of it. Written
 * whole or not at all.
 */
export async function keep(db: Db, project: Project, { file, told, rows }: Kept): Promise<void> {
  const folder = await privateDir(join(project.paths.var, 'kept'))
  const hidden = join(folder, `.${file}`)
  await rm(hidden, { force: true })
  const [schema, table, column] = told
  const [found] = await db.rows(
    sql`select 1 from information_schema.columns
      where table_schema = ${schema} and table_name = ${table} and column_name = ${column}`,
  )
  if (!found) return
  await db.run(sql`copy (${rows}) to ${sql.lit(hidden)} (format csv, header)`)
  await chmod(hidden, 0o600)
  await flush(hidden)
  await rename(hidden, join(folder, file))
  await flush(folder)
}
