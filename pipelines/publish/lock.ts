import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ClienteleError } from '../error.ts'
import { type Project, privateDir } from '../project.ts'

/** What a run tells of itself to those who find the project locked. */
export interface Holder {
  command: string
  /** YYYY-MM-DD */
  asOf: string
  /** ISO 8601 */
  startedAt: string
}

export interface Lock {
  release(): void
}

/**
 * Takes the project for one run, or refuses and names the run that has it. The lock is an open transaction on
 * `var/lock.sqlite`: the operating system drops it when the process ends, however it ends, so that no lock is
 * ever stale. `var/lock.json` beside it only says who holds it.
 */
export async function acquireLock(project: Project, holder: Holder): Promise<Lock> {
  const { var: made } = project.paths
  await privateDir(made)
  const file = join(made, 'lock.sqlite')
  const told = join(made, 'lock.json')
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    chmodSync(file, 0o600)
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if (isBusy(error)) throw refusal(project, readHolder(told))
    throw error
  }
  writeFileSync(`${told}.part`, `${JSON.stringify({ ...holder, pid: process.pid })}\n`, { mode: 0o600 })
  renameSync(`${told}.part`, told)
  return {
    release() {
      rmSync(told, { force: true })
      database.close()
    },
  }
}

/** SQLITE_BUSY */
const isBusy = (error: unknown): boolean => (error as { errcode?: number }).errcode === 5

function readHolder(path: string): (Holder & { pid: number }) | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // The holder has the lock and has not yet said who it is.
    return undefined
  }
}

function refusal({ config }: Project, holder: (Holder & { pid: number }) | undefined): ClienteleError {
  const who = holder
    ? `clientele ${holder.command} as of ${holder.asOf}, started ${holder.startedAt}, process ${holder.pid}`
    : 'another run that is just starting'
  return new ClienteleError({
    what: `the project ${config.name} is in use by ${who}`,
    how: 'Wait until it has ended. Readers are not affected.',
  })
}
