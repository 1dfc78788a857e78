import { createReadStream } from 'node:fs'

export interface Lines {
  path: string
  /** Empty: nothing is quoted. */
  quote: string
  /** Lines before the first record. */
  skip: number
  newLine: '\n' | '\r\n'
}

const [feed, back] = [0x0a, 0x0d]

/**
 * Counts the records of a text by its bytes alone: line ends outside quotes, empty lines left out. It is the count that
 * the engine's reading must come to. Null: a line ends in another way, or a quote stays open.
 */
export async function countRecords({ path, quote, skip, newLine }: Lines): Promise<number | null> {
  const mark = quote === '' ? -1 : quote.charCodeAt(0)
  const ending = newLine === '\r\n' ? back : -1
  let [count, toSkip, bytes, previous, inside] = [0, skip, 0, -1, false]
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (ending < 0 && chunk.includes(back)) return null
    const plain = !inside && toSkip === 0 && (mark < 0 || !chunk.includes(mark)) && ending < 0
    for (let at = 0; at < chunk.length; at++) {
      if (plain) {
        // Nothing but line ends matters here: jump from one to the next.
        const next = chunk.indexOf(feed, at)
        bytes += (next < 0 ? chunk.length : next) - at
        if (next < 0) break
        at = next
      }
      const byte = chunk[at] as number
      if (previous === back && byte !== feed) return null
      if (byte === feed && toSkip > 0) {
        toSkip -= 1
        bytes = 0
        inside = false
      } else if (byte === feed && !inside) {
        if (ending === back && previous !== back) return null
        if (bytes > 0) count += 1
        bytes = 0
      } else {
        if (byte === mark && toSkip === 0) inside = !inside
        if (byte !== back) bytes += 1
      }
      previous = byte
    }
  }
  if (inside || previous === back) return null
  return bytes > 0 && toSkip === 0 ? count + 1 : count
}
