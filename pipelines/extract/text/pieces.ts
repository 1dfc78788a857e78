import type { FileHandle } from 'node:fs/promises'

const feed = 0x0a

/**
 * Cuts a text into pieces that end with a record, as far as quotes come in pairs. Where they do not, a piece may end
 * amid a record: whoever splits it finds that out, as nothing else comes before its first field.
 */
export class Pieces {
  /** Where in the file the next piece begins. */
  from = 0
  #isOver = false
  readonly #source: FileHandle
  readonly #quote: number
  readonly #bytes: number
  readonly #spare: ArrayBufferLike[] = []
  #rest: Uint8Array = new Uint8Array(0)

  /** `quote`: one byte or none. */
  constructor(source: FileHandle, quote: string, bytes: number) {
    this.#source = source
    this.#quote = Buffer.from(quote)[0] ?? -1
    this.#bytes = bytes
  }

  /** In memory of its own. Undefined: it is over, at the end or where no record ends within the length of a piece. */
  async next(): Promise<Buffer | undefined> {
    if (this.#isOver) return undefined
    const memory = this.#spare.pop()
    // Room for an end of the last line.
    const buffer = memory ? Buffer.from(memory) : Buffer.from(new SharedArrayBuffer(this.#bytes + 1))
    buffer.set(this.#rest)
    const held = await this.#fill(buffer, this.#rest.length)
    const isLast = held < this.#bytes
    if (isLast) buffer[held] = feed
    const end = isLast ? held + 1 : lastEnd(buffer.subarray(0, held), this.#quote)
    this.#isOver = isLast || end < 0
    if (end < 0) return undefined
    this.#rest = Uint8Array.from(buffer.subarray(end, held))
    this.from += Math.min(end, held)
    return buffer.subarray(0, end)
  }

  /** Its memory is used again. */
  giveBack(piece: Uint8Array): void {
    this.#spare.push(piece.buffer)
  }

  async #fill(buffer: Buffer, from: number): Promise<number> {
    for (let held = from; ; ) {
      const { bytesRead } = await this.#source.read(buffer, held, this.#bytes - held, this.from + held)
      held += bytesRead
      if (bytesRead === 0 || held === this.#bytes) return held
    }
  }
}

/** After the last line end that has pairs of quotes alone before it; -1 where there is none. */
function lastEnd(bytes: Buffer, quote: number): number {
  let isInside = quote >= 0 && isOdd(bytes, quote)
  for (let end = bytes.length; end > 0; ) {
    const last = bytes.lastIndexOf(feed, end - 1)
    if (last < 0) return -1
    for (let at = last + 1; at < end; at++) if (bytes[at] === quote) isInside = !isInside
    if (!isInside) return last + 1
    end = last
  }
  return -1
}

/** Whether a byte stands in a text an odd number of times. The text begins where its memory does. */
export function isOdd(bytes: Uint8Array, byte: number): boolean {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  const sought = Math.imul(byte, 0x01010101)
  // Four bytes at once: the highest bit of each is turned where the byte is the one that is sought.
  let turned = 0
  for (let i = 0; i < words.length; i++) {
    const other = (words[i] as number) ^ sought
    turned ^= ~(((other & 0x7f7f7f7f) + 0x7f7f7f7f) | other | 0x7f7f7f7f)
  }
  let odd = (turned >>> 31) ^ (turned >>> 23) ^ (turned >>> 15) ^ (turned >>> 7)
  for (let at = words.length * 4; at < bytes.length; at++) if (bytes[at] === byte) odd ^= 1
  return (odd & 1) === 1
}
