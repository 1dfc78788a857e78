import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Project, privateDir } from './project.ts'

const folder = (project: Project): string => join(project.paths.var, 'stopped')

/**
 * Where the bad rows of a load that the warehouse did not take are kept, so that people can see and mend them: the
 * quarantine of that load as it would have been. It goes with the next load.
 */
export const stoppedFile = (project: Project, source: string, table: string): string =>
  join(folder(project), `${source}.${table}.parquet`)

export const makeStopped = (project: Project): Promise<string> => privateDir(folder(project))

export const clearStopped = (project: Project): Promise<void> =>
  rm(folder(project), { recursive: true, force: true })
