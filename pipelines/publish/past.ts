import { existsSync } from 'node:fs'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db } from '../duckdb.ts'
import { flush } from '../durable.ts'
import { type Project, privateDir } from '../project.ts'
import { closeBuilding } from './building.ts'
import { tell } from './tell.ts'
import { dayOf, seal, versions } from './versions.ts'

/**
 * Keeps the copy that was built as the warehouse of a past day, in `var/past/`. What is published stays as it is.
 * Only under the project's lock.
 */
export async function keepPast(project: Project, db: Db, runId: string): Promise<void> {
  const { paths, config } = project
  await tell(db, project, dayOf(runId))
  await closeBuilding(project, db)
  await privateDir(paths.past)
  await seal(paths.building)
  await flush(paths.building)
  const name = `${runId}.duckdb`
  await rename(paths.building, join(paths.past, name))
  await flush(paths.past)
  await prune(paths.past, name, config.versionsKept)
}

/** Of each day the last counts; of days, the ones that were looked at last. */
async function prune(past: string, made: string, keep: number): Promise<void> {
  const others = (await pastFiles(past)).filter((name) => name !== made)
  const dated = await Promise.all(
    others.map(async (name) => ({ name, made: (await stat(join(past, name))).mtimeMs })),
  )
  const newestFirst = dated.sort((a, b) => b.made - a.made).map(({ name }) => name)
  const spare = newestFirst.filter((name, i) => dayOf(name) === dayOf(made) || i >= keep - 1)
  for (const name of spare) await rm(join(past, name))
}

/**
 * The warehouse of a day: the published one, the one that was made looking back, or else the last version of that day
 * that is kept. Undefined where there is none.
 */
export async function warehouseAsOf(project: Project, asOf: string): Promise<string | undefined> {
  const { paths } = project
  const kept = (await versions(project)).filter(({ runId }) => dayOf(runId) === asOf)
  if (kept.some(({ current }) => current)) return paths.warehouse
  const [past] = (await pastFiles(paths.past)).filter((name) => dayOf(name) === asOf)
  return past === undefined ? kept.at(-1)?.path : join(paths.past, past)
}

const pastFiles = async (past: string): Promise<string[]> =>
  existsSync(past) ? (await readdir(past)).filter((name) => name.endsWith('.duckdb')) : []
