import { createReadStream } from 'node:fs'
import { ClienteleError } from '../../error.ts'

/** A line longer than this is none: memory holds one. */
const longestLine = 16 << 20

const [feed, back] = [0x0a, 0x0d]
const mark = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The lines of a text as bytes, without their ends (line feed, or carriage return and line feed) and without a byte
 * order mark; lines count from 1. Neither byte is part of a longer sequence in any encoding read here but UTF-16.
 */
export async function* rawLines(path: string): AsyncGenerator<{ raw: Buffer; line: number }> {
  let held: Buffer[] = []
  let heldBytes = 0
  let line = 0
  const finish = (last: Buffer) => {
    let raw = held.length === 0 ? last : Buffer.concat([...held, last])
    held = []
    heldBytes = 0
    line += 1
    if (line === 1 && raw.subarray(0, 3).equals(mark)) raw = raw.subarray(3)
    if (raw.at(-1) === back) raw = raw.subarray(0, -1)
    return { raw, line }
  }
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let at = 0
    for (let next = chunk.indexOf(feed); next >= 0; next = chunk.indexOf(feed, at)) {
      yield finish(chunk.subarray(at, next))
      at = next + 1
    }
    held.push(chunk.subarray(at))
    heldBytes += chunk.length - at
    if (heldBytes > longestLine) throw tooLong(line + 1)
  }
  if (heldBytes > 0) yield finish(Buffer.alloc(0))
}

const tooLong = (line: number): ClienteleError =>
  new ClienteleError({
    what: `line ${line} is longer than 16 MB: the file is not of lines`,
    how: 'Check the format in the contract.',
  })
