import { closeSync, fstatSync, openSync } from 'node:fs'
import { type Readable, Transform } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import { unpackingOf } from './unpacking.ts'
import { ZipBytes } from './zip-bytes.ts'

/** An open zip, with its members by name. */
export interface Archive {
  members: Map<string, Entry>
  /** The content of a member, its length and checksum checked. */
  read(name: string): Promise<Readable>
  close(): void
}

/** More members than this are no delivery. */
const mostMembers = 100_000

/** Names that no program gives: too long to be compared with a pattern, or with signs that no name can have. */
const noName = (name: string): boolean =>
  name.length > longestName || [...name].some((letter) => letter < ' ' || letter === '\x7f')
const longestName = 1000

/** Opens a zip (zip64 too). Throws when it is damaged, cut short or encrypted. */
export async function openArchive(path: string, times?: number): Promise<Archive> {
  const handle = openSync(path, 'r')
  const { size } = fstatSync(handle)
  const bytes = new ZipBytes(handle, size)
  const file = await fromRandomAccessReaderPromise(bytes, size, { autoClose: false }).catch((cause) => {
    closeSync(handle)
    throw damaged(path, cause)
  })
  try {
    const members = await listMembers(file, path)
    const count = unpackingOf(path, size, times)
    return {
      members,
      read: (name) => readMember({ file, path, count }, members.get(name) as Entry),
      close: () => file.close(),
    }
  } catch (error) {
    file.close()
    throw error
  }
}

async function listMembers(file: ZipFile, path: string): Promise<Map<string, Entry>> {
  const members = new Map<string, Entry>()
  try {
    for await (const entry of file.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      if (noName(entry.fileName)) throw new Error('a member has a name that is none')
      if (members.has(entry.fileName)) throw new Error(`two members are named ${entry.fileName}`)
      members.set(entry.fileName, entry)
      if (members.size > mostMembers) throw new Error(`more than ${mostMembers} members`)
    }
  } catch (cause) {
    throw damaged(path, cause)
  }
  return members
}

interface Unpacking {
  file: ZipFile
  path: string
  /** Takes the bytes that came out of any member; throws when they are too many. */
  count: (bytes: number) => void
}

async function readMember({ file, path, count }: Unpacking, entry: Entry): Promise<Readable> {
  const where = { file: shownPath(path) }
  if (entry.isEncrypted()) {
    const how =
      'The passwords of zips are no protection: have it delivered PGP-encrypted, or unpack it first.'
    throw new ClienteleError({ what: `${entry.fileName} in the zip is encrypted`, where, how })
  }
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    const what = `${entry.fileName} in the zip is packed by method ${entry.compressionMethod}, which is not read here`
    throw new ClienteleError({ what, where, how: 'Have it packed by deflate, as every program can.' })
  }
  const packed = await file
    .openReadStreamPromise(entry)
    .catch((cause) => Promise.reject(damaged(path, cause)))
  const checked = checksum(entry, path, count)
  packed.on('error', (cause) => checked.destroy(asFault(cause, path)))
  checked.on('close', () => packed.destroy())
  return packed.pipe(checked)
}

function checksum(entry: Entry, path: string, count: Unpacking['count']): Transform {
  let sum = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      sum = crc32(chunk, sum)
      try {
        count(chunk.length)
        done(null, chunk)
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      done(sum === entry.crc32 ? null : damaged(path, new Error(`${entry.fileName} fails its checksum`)))
    },
  })
}

function asFault(cause: Error, path: string): Error {
  return (cause as NodeJS.ErrnoException).syscall ? cause : damaged(path, cause)
}

function damaged(path: string, cause: unknown): Error {
  if ((cause as NodeJS.ErrnoException).syscall) return cause as Error
  return new ClienteleError(
    {
      what: `the zip is damaged or incomplete: ${(cause as Error).message}`,
      where: { file: shownPath(path) },
      how: 'It may still be arriving: run again when it is complete, or ask for it again.',
    },
    1,
    { cause },
  )
}
