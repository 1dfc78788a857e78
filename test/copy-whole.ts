import { copyFile, link, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Copies a folder so that names of one file remain names of one file: a version and the warehouse are. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const copied = new Map<number, string>()
  const copy = async (one: string, other: string): Promise<void> => {
    const found = await lstat(one)
    const same = copied.get(found.ino)
    if (found.isDirectory()) {
      await mkdir(other, { recursive: true, mode: found.mode & 0o777 })
      for (const name of await readdir(one)) await copy(join(one, name), join(other, name))
    } else if (found.isSymbolicLink()) await symlink(await readlink(one), other)
    else if (same) await link(same, other)
    else {
      await copyFile(one, other)
      copied.set(found.ino, other)
    }
  }
  await copy(from, to)
}
