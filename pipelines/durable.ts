import { chmod, open, readdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Waits until a file's or folder's content is on the disk: without it a rename may outlive what it names. */
export async function flush(path: string): Promise<void> {
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
  for (const name of await readdir(hidden)) {
    // The engine makes files as the umask has it; these hold personal data.
    await chmod(join(hidden, name), 0o600)
    await flush(join(hidden, name))
  }
  await flush(hidden)
  await rename(hidden, final)
  // The folder's own entry, and those above it, which may be new.
  for (const above of [dirname(final), dirname(dirname(final)), dirname(dirname(dirname(final)))])
    await flush(above)
}
