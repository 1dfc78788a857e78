import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** A fingerprint of texts in their order: 32 hexadecimal digits of SHA-256. */
export const digest = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256')
  // The length first: without it ['ab', 'c'] would be ['a', 'bc'].
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex').slice(0, 32)
}

export interface NamedFile {
  /** What the file is called wherever the project stands. */
  name: string
  path: string
}

/** A fingerprint of the names and bytes of files, whatever their order. */
export async function digestFiles(files: readonly NamedFile[]): Promise<string> {
  const digests = await Promise.all(files.map(async ({ name, path }) => digest(name, await readFile(path))))
  return digest(...digests.sort())
}

/** Every file below a folder; nothing when the folder is not there. */
export async function filesBelow(folder: string): Promise<NamedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => ({ name: relative(folder, path), path }))
}
