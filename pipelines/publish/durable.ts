import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** Waits until a file's or folder's content is on the disk: without it a rename may outlive what it names. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
