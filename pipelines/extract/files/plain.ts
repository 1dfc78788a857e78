import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Encoding, encodings } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'

/** A delivered text as plain UTF-8: the file itself where it is that already, else a copy. */
export interface PlainText {
  path: string
  /** Somewhere in it stands U+FFFD, put by the decoder for bytes that are not of the encoding. */
  replaced: boolean
}

/**
 * Unpacks gzip (seen by its first bytes) and decodes to UTF-8, streaming. UTF-8 is copied byte for byte: whether it is
 * sound is seen when it is read. Throws when the gzip is cut short or damaged.
 */
export async function plainText(path: string, encoding: Encoding, copy: string): Promise<PlainText> {
  const packed = await isGzip(path)
  if (!packed && encoding === 'utf-8') return { path, replaced: false }
  const decoder = encoding === 'utf-8' ? null : decode(encodings[encoding])
  const steps = [packed ? createGunzip() : null, decoder?.transform ?? null].filter((step) => step !== null)
  try {
    await pipeline([createReadStream(path), ...steps, createWriteStream(copy, { mode: 0o600 })])
  } catch (cause) {
    if (!packed || !String((cause as NodeJS.ErrnoException).code).startsWith('Z_')) throw cause
    const what = `the gzip file is damaged or incomplete: ${(cause as Error).message}`
    const how = 'It may still be arriving: run again when it is complete, or ask for it again.'
    throw new ClienteleError({ what, where: { file: path }, how }, 1, { cause })
  }
  return { path: copy, replaced: decoder?.replaced() ?? false }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
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
