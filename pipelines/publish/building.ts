import { constants, existsSync } from 'node:fs'
import { chmod, copyFile, rm } from 'node:fs/promises'
import { type Db, openDatabase } from '../duckdb.ts'
import { type Project, privateDir } from '../project.ts'
import { sweep } from './versions.ts'

export interface BuildingOptions {
  /** Start from the published warehouse instead of going on with a copy that is already there. */
  fresh: boolean
  /** Start from an empty file. */
  full: boolean
}

/**
 * Opens the copy that is being built. Readers of the published warehouse do not notice it: the copy is another
 * file (shared block by block where the file system can). Only under the project's lock.
 */
export async function openBuilding(project: Project, { fresh, full }: BuildingOptions): Promise<Db> {
  const { paths, config } = project
  await privateDir(paths.var)
  await privateDir(paths.versions)
  await sweep(project)
  if (fresh || full || !existsSync(paths.building)) await start(project, full)
  const db = await openDatabase(paths.building, config.threads ? { threads: config.threads } : {})
  await chmod(paths.building, 0o600)
  // Publishing writes everything to the file at once: before that, doing it on the way is work done twice.
  await db.run("set checkpoint_threshold = '1GB'")
  return db
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

async function start({ paths }: Project, empty: boolean): Promise<void> {
  await remove(paths.building)
  if (empty || !existsSync(paths.warehouse)) return
  await copyFile(paths.warehouse, paths.building, constants.COPYFILE_FICLONE)
  await chmod(paths.building, 0o600)
}
