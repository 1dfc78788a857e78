import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db } from '../duckdb.ts'
import { flush } from '../durable.ts'
import { type Project, privateDir } from '../project.ts'
import { closeBuilding } from './building.ts'
import { keepPack, tell } from './tell.ts'
import { dayOf, prune, seal, show, sweep, versions } from './versions.ts'

/**
 * Closes the copy that was built and makes it the published warehouse by one rename; a reader has the old file or
 * the new one, whole. Returns the name of the version. Only under the project's lock, after every audit passed.
 */
export async function publish(project: Project, db: Db, runId: string): Promise<string> {
  const { paths, config } = project
  await privateDir(paths.versions)
  const day = dayOf(runId)
  const before = await publishedRunId(project)
  if (before !== null && dayOf(before) < day) await keepPack(project)
  await tell(db, project, day)
  await closeBuilding(project, db)
  await sweep(project)
  await seal(paths.building)
  await flush(paths.building)
  const last = (await versions(project)).at(-1)?.number ?? 0
  const name = `${String(last + 1).padStart(6, '0')}-${runId}`
  const hidden = join(paths.versions, `.${name}.duckdb`)
  await rename(paths.building, hidden)
  await flush(paths.versions)
  await show(hidden, paths.warehouse)
  await rename(hidden, join(paths.versions, `${name}.duckdb`))
  await flush(paths.versions)
  await prune(project, config.versionsKept)
  // They may hold what has been purged since, and can be made again.
  await rm(paths.past, { recursive: true, force: true })
  return name
}

/** The run that made the published warehouse, or null when nothing is published. */
export async function publishedRunId(project: Project): Promise<string | null> {
  return (await versions(project)).find(({ current }) => current)?.runId ?? null
}
