import { createHash } from 'node:crypto'
import { chunksOf } from './chunks.ts'

/** sha256 of one file, or of several one after the other. */
export async function hashFiles(paths: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    for await (const chunk of chunksOf(path)) hash.update(chunk)
  }
  return hash.digest('hex')
}
