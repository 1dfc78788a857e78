import { constants, existsSync } from 'node:fs'
import { chmod, copyFile, rm } from 'node:fs/promises'
import { type Db, openDatabase } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import { type Project, privateDir, shownPath } from '../project.ts'
import { sweep } from './versions.ts'

export interface BuildingOptions {
  /** Start from the published warehouse instead of going on with a copy that is already there. */
  fresh: boolean
  /** Start from an empty file. */
  full: boolean
  /** The warehouse to start from; the published one where left out. */
  from?: string | undefined
}

/**
 * Opens the copy that is being built. Readers of the published warehouse do not notice it: the copy is another
 * file (shared block by block where the file system can). Only under the project's lock.
 */
export async function openBuilding(project: Project, { fresh, full, from }: BuildingOptions): Promise<Db> {
  const { paths, config } = project
  await privateDir(paths.var)
  await privateDir(paths.versions)
  await sweep(project)
  if (fresh || full || !existsSync(paths.building)) await start(project, full, from ?? paths.warehouse)
  const threads = config.threads ? { threads: config.threads } : {}
  // A run that was killed starts from the published warehouse again.
  const db = await openDatabase(paths.building, { unlogged: true, ...threads })
  await chmod(paths.building, 0o600)
  // Publishing writes everything to the file at once: before that, doing it on the way is work done twice.
  await db.run("set checkpoint_threshold = '1GB'")
  return db
}

/** Closes the copy with all that was written in its one file. */
export async function closeBuilding({ paths }: Project, db: Db): Promise<void> {
  await db.run('checkpoint')
  db.close()
  if (!existsSync(`${paths.building}.wal`)) return
  throw new ClienteleError({
    what: `${shownPath(paths.building)} was not closed: it is still open elsewhere`,
  })
}

/** Closes and removes a copy that holds nothing new. */
export async function discardBuilding({ paths }: Project, db: Db): Promise<void> {
  db.close()
  await remove(paths.building)
}

async function remove(file: string): Promise<void> {
  await rm(`${file}.wal`, { force: true })
  await rm(file, { force: true })
}

async function start({ paths }: Project, empty: boolean, from: string): Promise<void> {
  await remove(paths.building)
  if (empty || !existsSync(from)) return
  await copyFile(from, paths.building, constants.COPYFILE_FICLONE)
  await chmod(paths.building, 0o600)
}
