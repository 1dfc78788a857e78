import { packedLengths } from './lengths.ts'
import { varint } from './thrift.ts'

/** How many rows are kept together: as many as the engine keeps together itself. */
export const groupRows = 122_880

/** The values of one column on their way into a page: those that are not null, one after the other. */
export abstract class Column {
  /** Bytes that the values take; asked once for each page. */
  protected abstract measure(): number
  #rows = 0
  #nulls = 0
  readonly #isThere = new Uint8Array(groupRows)

  addNull(): void {
    this.#isThere[this.#rows++] = 0
    this.#nulls += 1
  }

  /** A value was added. */
  protected mark(): void {
    this.#isThere[this.#rows++] = 1
  }

  /** Moves the values into a page, from a place on; after that there are none. */
  protected abstract moveTo(page: Buffer, at: number): void

  /** The page of what was added, in memory that `lend` gives; the next one is begun. */
  page(lend: (size: number) => Buffer): Buffer {
    const levels = this.#nulls === 0 ? allOf(this.#rows) : flagged(this.#isThere, this.#rows)
    const page = lend(4 + levels.length + this.measure())
    page.writeUInt32LE(levels.length)
    levels.copy(page, 4)
    this.moveTo(page, 4 + levels.length)
    this.#rows = 0
    this.#nulls = 0
    return page
  }
}

/** Every row has a value. */
function allOf(rows: number): Buffer {
  const bytes: number[] = []
  varint(bytes, rows * 2)
  bytes.push(1)
  return Buffer.from(bytes)
}

function flagged(flags: Uint8Array, count: number): Buffer {
  const head: number[] = []
  varint(head, Math.ceil(count / 8) * 2 + 1)
  return Buffer.concat([Buffer.from(head), packed(flags, count)])
}

/** Eight flags a byte, the first one lowest. */
function packed(flags: Uint8Array, count: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(count / 8))
  for (let i = 0; i < count; i++)
    bytes[i >> 3] = (bytes[i >> 3] as number) | ((flags[i] as number) << (i & 7))
  return bytes
}

export class Booleans extends Column {
  readonly #values = new Uint8Array(groupRows)
  #count = 0

  add(value: boolean): void {
    this.#values[this.#count++] = value ? 1 : 0
    this.mark()
  }

  protected measure(): number {
    return Math.ceil(this.#count / 8)
  }

  protected moveTo(page: Buffer, at: number): void {
    packed(this.#values, this.#count).copy(page, at)
    this.#count = 0
  }
}

/** Values of the same number of bytes each: numbers and moments, and 128 bits as they stand. */
export class Fixed extends Column {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #width: number
  #size = 0

  constructor(width: number) {
    super()
    this.#width = width
    this.#bytes = new Uint8Array(groupRows * width)
    this.#view = new DataView(this.#bytes.buffer)
  }

  int32(value: number): void {
    this.#view.setInt32(this.#size, value, true)
    this.#size += 4
    this.mark()
  }

  /** In two halves: as a BigInt it would cost more than all the rest. */
  int64(high: number, low: number): void {
    this.#view.setInt32(this.#size, low, true)
    this.#view.setInt32(this.#size + 4, high, true)
    this.#size += 8
    this.mark()
  }

  /** A whole number: as a double where that holds it exactly. */
  whole(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.int64(Number(value >> 32n), Number(value & 0xffff_ffffn))
      return
    }
    const high = Math.floor(value / 2 ** 32)
    this.int64(high, value - high * 2 ** 32)
  }

  /** 128 bits, the most significant first. */
  wide(value: bigint): void {
    this.#view.setBigInt64(this.#size, value >> 64n)
    this.#view.setBigUint64(this.#size + 8, value & 0xffff_ffff_ffff_ffffn)
    this.#size += 16
    this.mark()
  }

  float(value: number): void {
    this.#view.setFloat32(this.#size, value, true)
    this.#size += 4
    this.mark()
  }

  double(value: number): void {
    this.#view.setFloat64(this.#size, value, true)
    this.#size += 8
    this.mark()
  }

  raw(from: Uint8Array, at: number): void {
    for (let i = 0; i < this.#width; i++) this.#bytes[this.#size + i] = from[at + i] as number
    this.#size += this.#width
    this.mark()
  }

  protected measure(): number {
    return this.#size
  }

  protected moveTo(page: Buffer, at: number): void {
    page.set(this.#bytes.subarray(0, this.#size), at)
    this.#size = 0
  }
}

/** Below it a loop is faster than asking for a copy. */
const short = 48

/** Line feeds and carriage returns, four of each; the highest bits of four bytes, and the lowest. */
const feeds = 0x0a0a0a0a
const backs = 0x0d0d0d0d
const highest = 0x80808080 | 0
const lowest = 0x01010101

/** The highest bit is set of the first byte that is nought, and of none before it; others mean nothing. */
const noughts = (four: number): number => (four - lowest) & ~four

/** Lengths first, and then all texts without a gap. */
export class Texts extends Column {
  readonly #lengths = new Uint32Array(groupRows)
  #count = 0
  #packed: Buffer = Buffer.alloc(0)
  // Most tables are small, and what is asked for only to be thrown away again keeps the collector busy.
  #bytes = Buffer.allocUnsafeSlow(1 << 16)
  #view = new DataView(this.#bytes.buffer)
  #size = 0

  /** Bytes of UTF-8. */
  add(from: Buffer, at: number, length: number): void {
    if (this.#size + length > this.#bytes.length) this.#makeRoom(length)
    const [bytes, to] = [this.#bytes, this.#size]
    if (length > short) from.copy(bytes, to, at, at + length)
    else for (let i = 0; i < length; i++) bytes[to + i] = from[at + i] as number
    this.#lengths[this.#count++] = length
    this.#size = to + length
    this.mark()
  }

  /**
   * Copies a text up to a delimiter or the end of a line, or to the end of the piece, and returns that place. It is no
   * value until `keep` is called. `delimiter`: four times the byte. Four bytes are looked at in one go, and the last
   * ones copied with what follows them, which the next value overwrites.
   */
  copyUntil(delimiter: number, from: DataView, at: number, length: number): number {
    if (this.#size + length - at + 4 > this.#bytes.length) this.#makeRoom(length - at + 4)
    const view = this.#view
    const to = this.#size - at
    let next = at
    for (; next + 4 <= length; next += 4) {
      const four = from.getInt32(next, true)
      view.setInt32(to + next, four, true)
      const ends = (noughts(four ^ delimiter) | noughts(four ^ feeds) | noughts(four ^ backs)) & highest
      // The lowest one is that of the first byte.
      if (ends !== 0) return next + ((31 - Math.clz32(ends & -ends)) >> 3)
    }
    for (; next < length; next++) {
      const byte = from.getUint8(next)
      if (byte === (delimiter & 0xff) || byte === (feeds & 0xff) || byte === (backs & 0xff)) return next
      view.setUint8(to + next, byte)
    }
    return length
  }

  /** So many of the bytes that were copied are a value. */
  keep(length: number): void {
    this.#lengths[this.#count++] = length
    this.#size += length
    this.mark()
  }

  #makeRoom(more: number): void {
    const wider = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#size + more))
    this.#bytes.copy(wider, 0, 0, this.#size)
    this.#bytes = wider
    this.#view = new DataView(wider.buffer)
  }

  protected measure(): number {
    this.#packed = packedLengths(this.#lengths, this.#count)
    return this.#packed.length + this.#size
  }

  protected moveTo(page: Buffer, at: number): void {
    page.set(this.#packed, at)
    page.set(this.#bytes.subarray(0, this.#size), at + this.#packed.length)
    this.#count = 0
    this.#size = 0
  }
}
