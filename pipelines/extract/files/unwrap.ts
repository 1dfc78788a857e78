import { createWriteStream } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Format } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import { type Archive, openArchive } from './archive.ts'
import { firstBytes } from './first-bytes.ts'
import { decrypt, isEncrypted } from './gpg.ts'

/** A file to read, out of what it came in. */
export interface Unwrapped {
  /** As people name it: the delivered file, and the member of the zip. */
  name: string
  path: string
}

/**
 * Takes a delivered file out of PGP and zip; gzip is left to the reader of texts. The files are copies in `work`, one
 * at a time: the next one is unpacked over the one before. Nothing to unwrap: the file itself.
 */
export async function* unwrap(
  { name, path }: Unwrapped,
  format: Format,
  work: string,
  env: NodeJS.ProcessEnv,
): AsyncGenerator<Unwrapped> {
  if (await isEncrypted(path, name)) {
    const clear = join(work, '.clear')
    await decrypt(path, clear, env, format.unpacks)
    yield* unzip({ name, path: clear }, format, work)
  } else yield* unzip({ name, path }, format, work)
}

async function* unzip({ name, path }: Unwrapped, format: Format, work: string): AsyncGenerator<Unwrapped> {
  if (!marks.has((await firstBytes(path, 4)).toString('latin1'))) {
    if (format.member !== undefined) throw noZip(path)
    yield { name, path }
    return
  }
  const archive = await openArchive(path, format.unpacks)
  try {
    // A workbook is a zip itself.
    if (format.type === 'xlsx' && archive.members.has('[Content_Types].xml')) {
      yield { name, path }
      return
    }
    for (const member of chosen(archive, format, path)) {
      const copy = join(work, '.member')
      await pipeline(await archive.read(member), createWriteStream(copy, { mode: 0o600 }))
      yield { name: `${name}/${member}`, path: copy }
    }
  } finally {
    archive.close()
  }
}

/** How a zip begins, and one without members. */
const marks = new Set(['PK\x03\x04', 'PK\x05\x06'])

/** Members that programs add for themselves. */
const own = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|\._)/

function chosen({ members }: Archive, { member }: Format, path: string): string[] {
  const names = [...members.keys()].filter((name) => !own.test(name)).sort()
  const wanted =
    member === undefined ? names : names.filter((name) => name === member || matchesGlob(name, member))
  if (wanted.length === 1 || (wanted.length > 1 && member !== undefined)) return wanted
  const shown =
    names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ')
  throw new ClienteleError({
    what: wanted.length > 1 ? `the zip has ${wanted.length} members` : 'the zip has no such member',
    where: { file: shownPath(path) },
    how: `Say which are meant: format: {member: …}, a name or a pattern. It has: ${shown || 'none'}.`,
  })
}

const noZip = (path: string): ClienteleError =>
  new ClienteleError({
    what: 'the contract names a member of a zip, and the file is none',
    where: { file: shownPath(path) },
  })
