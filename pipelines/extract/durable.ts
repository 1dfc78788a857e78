import { open, readdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Makes a file or a folder survive a power cut. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a small file whole or not at all, readable by its owner only. */
export async function writeDurable(path: string, text: string): Promise<void> {
  const part = `${path}.part`
  const handle = await open(part, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(part, path)
}

/** Makes a finished folder visible under its final name: its files and itself are on disk before the one rename. */
export async function showFolder(hidden: string, final: string): Promise<void> {
  for (const name of await readdir(hidden)) await sync(join(hidden, name))
  await sync(hidden)
  await rename(hidden, final)
  await sync(dirname(final))
}
