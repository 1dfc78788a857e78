import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './ledger.ts'

/** Removes what runs that are no longer there left unfinished in a folder. `pattern` finds their process in a name. */
export async function sweepLeavings(folder: string, pattern: RegExp): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = pattern.exec(name) ?? []
    if (pid && !isAlive(Number(pid))) await rm(join(folder, name), { recursive: true, force: true })
  }
}
