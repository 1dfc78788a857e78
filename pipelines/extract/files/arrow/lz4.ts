/**
 * Unpacks LZ4 frames, as Feather files hold them (pandas writes them so by default). After "LZ4 Frame Format" 1.6 and
 * "LZ4 Block Format" 1.5; checksums are passed over, lengths are checked. Throws a RangeError on anything else.
 */
export function decodeLz4Frame(source: Uint8Array): Uint8Array {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength)
  if (view.getUint32(0, true) !== 0x18_4d_22_04) throw new RangeError('no LZ4 frame')
  const flags = view.getUint8(4)
  const [hasBlockSum, hasSize, hasDictionary] = [flags & 0x10, flags & 0x08, flags & 0x01]
  // Magic, flags, block size, and a checksum of the header.
  let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0)
  const out = new Output(hasSize ? Number(view.getBigUint64(6, true)) : source.length * 4)
  for (;;) {
    const length = view.getUint32(at, true)
    at += 4
    if (length === 0) return out.bytes()
    const size = length & 0x7f_ff_ff_ff
    if (at + size > source.length) throw new RangeError('an LZ4 block is cut short')
    const block = source.subarray(at, at + size)
    if (length >>> 31) out.copy(block)
    else decodeBlock(block, out)
    at += size + (hasBlockSum ? 4 : 0)
  }
}

function decodeBlock(block: Uint8Array, out: Output): void {
  let at = 0
  const byte = (): number => {
    const value = block[at++]
    if (value === undefined) throw new RangeError('an LZ4 sequence is cut short')
    return value
  }
  const length = (nibble: number): number => {
    let total = nibble
    if (nibble < 15) return total
    for (let more = 255; more === 255; total += more) more = byte()
    return total
  }
  while (at < block.length) {
    const token = byte()
    const literals = length(token >> 4)
    if (at + literals > block.length) throw new RangeError('an LZ4 literal is cut short')
    out.copy(block.subarray(at, at + literals))
    at += literals
    if (at >= block.length) return
    const offset = byte() | (byte() << 8)
    out.repeat(offset, length(token & 15) + 4)
  }
}

/** No buffer of a batch is larger, unpacked. */
export const largest = 1 << 30

class Output {
  private data: Uint8Array
  private used = 0

  constructor(expected: number) {
    if (expected > largest) throw new RangeError('an LZ4 frame is too long')
    this.data = new Uint8Array(Math.max(64, expected))
  }

  copy(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.data.set(bytes, this.used)
    this.used += bytes.length
  }

  /** Repeats what was written `offset` bytes ago; what is repeated may reach into itself. */
  repeat(offset: number, length: number): void {
    if (offset === 0 || offset > this.used) throw new RangeError('an LZ4 match lies outside')
    this.reserve(length)
    for (let i = 0; i < length; i++) this.data[this.used + i] = this.data[this.used + i - offset] as number
    this.used += length
  }

  bytes(): Uint8Array {
    return this.data.subarray(0, this.used)
  }

  private reserve(more: number): void {
    const needed = this.used + more
    if (needed <= this.data.length) return
    if (needed > largest) throw new RangeError('an LZ4 frame is too long')
    const grown = new Uint8Array(Math.max(needed, 2 * this.data.length))
    grown.set(this.data.subarray(0, this.used))
    this.data = grown
  }
}
