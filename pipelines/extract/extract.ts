import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { readSources } from '../contract.ts'
import { openDatabase } from '../duckdb.ts'
import { sweepLanding } from '../landing.ts'
import { privateDir } from '../project.ts'
import type { StageContext } from '../stage.ts'
import type { catalogueOf } from './database/catalogue.ts'
import type { Extracted } from './extracted.ts'
import { readOrHold } from './hold.ts'

export type { Extracted } from './extracted.ts'

const database = async () => (await import('./database/source.ts')).extractDatabase

/** Loaded when there is a source of the kind: the clients of servers take longer to load than most commands run. */
const kinds = {
  sqlite: async () => (await import('./sqlite/source.ts')).extractSqlite,
  files: async () => (await import('./files/source.ts')).extractFiles,
  postgres: database,
  mysql: database,
}

/** The tables that a server declares. */
export const catalogue: typeof catalogueOf = async (...asked) =>
  (await import('./database/catalogue.ts')).catalogueOf(...asked)

/**
 * Brings every source of the project into landing, in order of name. What killed runs left behind is swept first: one
 * run at a time. Throws when an input is missing (exit code 2) or does not fit its contract (exit code 1), unless its
 * source may be missed; what landed before stays, and the next run goes on from there.
 */
export async function extract(ctx: StageContext): Promise<Extracted[]> {
  const sources = await readSources(ctx.project)
  const landing = await privateDir(ctx.project.paths.landing)
  const swept = await sweepLanding(ctx.project)
  if (swept > 0) ctx.log.line(`landing: removed ${swept} leftovers of an interrupted run`)
  const { threads } = ctx.project.config
  const db = await openDatabase(':memory:', threads === undefined ? {} : { threads })
  const spill = join(landing, '.spill')
  try {
    await db.run(sql`set temp_directory = ${sql.lit(spill)}`)
    const extracted: Extracted[] = []
    for (const source of sources) {
      const read = async () => (await kinds[source.kind]())(ctx, db, source as never)
      extracted.push(...(await readOrHold(ctx, source, read)))
    }
    return extracted
  } finally {
    db.close()
    await rm(spill, { recursive: true, force: true })
  }
}
