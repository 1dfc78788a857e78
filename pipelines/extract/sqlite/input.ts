import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { hashFiles } from '../hash.ts'

/** A database as it is found on disk. */
export interface Input {
  path: string
  name: string
  sha256: string
  bytes: number
  /** Identity, size and time of its files: the same means that nobody wrote in between. */
  stamp: string
}

export async function describeInput(path: string): Promise<Input> {
  const stamp = await stampOf(path)
  const sha256 = await hashFiles(filesOf(path))
  return { path, name: basename(path), sha256, bytes: (await stat(path)).size, stamp }
}

export async function stampOf(path: string): Promise<string> {
  const stats = await Promise.all(filesOf(path).map((file) => stat(file, { bigint: true })))
  return stats.map(({ size, mtimeNs, ino }) => `${ino}:${size}:${mtimeNs}`).join(' ')
}

/** The database and, where there is one, the log of what was written and is not yet in it. */
const filesOf = (path: string) => [path, `${path}-wal`].filter((file) => existsSync(file))
