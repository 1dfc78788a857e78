import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** A fingerprint of texts in their order: 32 hexadecimal digits of SHA-256. */
export const digest = (...parts: readonly string[]): string => {
  // The length first: without it ['ab', 'c'] would be ['a', 'bc'].
  let text = ''
  for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`
  return hash('sha256', text).slice(0, 32)
}

export interface NamedFile {
  /** What the file is called wherever the project stands. */
  name: string
  path: string
}

/** A fingerprint of the names and bytes of files, whatever their order. */
export async function digestFiles(files: readonly NamedFile[]): Promise<string> {
  // A file after the other: to wait for each of many small ones takes longer than to read them.
  const digests = files.map(({ name, path }) => digest(name, hash('sha256', readFileSync(path))))
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
