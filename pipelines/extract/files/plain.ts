import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Encoding, encodings, type Format } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import { detectEncoding } from './detect.ts'
import { firstBytes } from './first-bytes.ts'
import { unpackingLimit } from './unpacking.ts'

/** A delivered text, out of its wrapping: the file itself where nothing had to be done, else a copy. */
export interface PlainText {
  path: string
  encoding: Encoding
  /** The contract left the encoding to be found out. */
  detected: boolean
  notes: string[]
  /** Somewhere in it stands U+FFFD, put by the decoder for bytes that are not of the encoding. */
  replaced: boolean
}

/** What of a format says how its bytes are packed. */
type Packing = Pick<Format, 'encoding' | 'unpacks'>

/**
 * Unpacks gzip (seen by its first bytes) and decodes to UTF-8, streaming. UTF-8 is copied byte for byte: whether it is
 * sound is seen when it is read. Throws when the gzip is cut short or damaged.
 */
export async function plainText(path: string, format: Packing, copy: string): Promise<PlainText> {
  const { encoding } = format
  if (encoding === 'auto') {
    const found = await unpacked(path, format, `${copy}.unpacked`)
    return { ...found, ...(await copyPlain(found.path, found.encoding, copy)) }
  }
  return { encoding, detected: false, notes: [], ...(await copyPlain(path, encoding, copy, format.unpacks)) }
}

/** The text in its own encoding, which is found out where the contract leaves it open. */
export async function unpacked(path: string, format: Packing, copy: string): Promise<PlainText> {
  const { encoding } = format
  // UTF-8 is not decoded: the bytes stay as they are.
  const { path: bare } = await copyPlain(path, 'utf-8', copy, format.unpacks)
  if (encoding !== 'auto') return { path: bare, encoding, detected: false, notes: [], replaced: false }
  const { encoding: found, evidence } = await detectEncoding(bare)
  const notes = [`encoding ${found} detected: ${evidence}`]
  return { path: bare, encoding: found, detected: true, notes, replaced: false }
}

async function copyPlain(path: string, encoding: Encoding, copy: string, times?: number) {
  const packed = (await firstBytes(path, 2)).equals(Buffer.from([0x1f, 0x8b]))
  if (!packed && encoding === 'utf-8') return { path, replaced: false }
  const decoder = encoding === 'utf-8' ? null : decode(encodings[encoding])
  const unpacking = packed ? [createGunzip(), unpackingLimit(path, (await stat(path)).size, times)] : []
  const steps = [...unpacking, ...(decoder ? [decoder.transform] : [])]
  try {
    await pipeline([createReadStream(path), ...steps, createWriteStream(copy, { mode: 0o600 })])
  } catch (cause) {
    if (!packed || !String((cause as NodeJS.ErrnoException).code).startsWith('Z_')) throw cause
    const what = `the gzip file is damaged or incomplete: ${(cause as Error).message}`
    const how = 'It may still be arriving: run again when it is complete, or ask for it again.'
    throw new ClienteleError({ what, where: { file: shownPath(path) }, how }, 1, { cause })
  }
  return { path: copy, replaced: decoder?.replaced() ?? false }
}

function decode(label: string): { transform: Transform; replaced: () => boolean } {
  const decoder = new TextDecoder(label)
  let replaced = false
  const emit = (text: string) => {
    replaced ||= text.includes('\uFFFD')
    return Buffer.from(text, 'utf8')
  }
  const transform = new Transform({
    transform: (chunk: Uint8Array, _, done) => done(null, emit(decoder.decode(chunk, { stream: true }))),
    flush: (done) => done(null, emit(decoder.decode())),
  })
  return { transform, replaced: () => replaced }
}
