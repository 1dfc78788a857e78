import { varint } from './thrift.ts'

/** Values of a block, and of its parts, each of which is packed in as few bits a value as its widest one needs. */
const [block, part] = [128, 32]

/** Used again each time: who asks takes a copy before anyone else does. */
let memory = Buffer.alloc(0)

/**
 * Lengths as the format packs whole numbers (delta binary packed): as differences, so that lengths that are all the
 * same take no room. The bytes are good until the next call.
 */
export function packedLengths(lengths: Uint32Array, count: number): Buffer {
  const head: number[] = []
  for (const one of [block, block / part, count, count === 0 ? 0 : zigzag(lengths[0] as number)])
    varint(head, one)
  const most = head.length + Math.ceil(count / block) * (14 + 4 * block)
  if (memory.length < most) memory = Buffer.allocUnsafeSlow(most)
  const bytes = memory
  bytes.set(head)
  let at = head.length
  const over = new Uint32Array(block)
  for (let from = 1; from < count; from += block) {
    const values = Math.min(block, count - from)
    if (areSame(lengths, from, values)) {
      // The least difference and the widths of all parts are nothing.
      bytes.fill(0, at, at + 1 + block / part)
      at += 1 + block / part
      continue
    }
    let least = (lengths[from] as number) - (lengths[from - 1] as number)
    for (let i = from + 1; i < from + values; i++) {
      const more = (lengths[i] as number) - (lengths[i - 1] as number)
      if (more < least) least = more
    }
    for (let i = 0; i < values; i++)
      over[i] = (lengths[from + i] as number) - (lengths[from + i - 1] as number) - least
    over.fill(0, values)
    at = writeBlock(bytes, at, least, over, values)
  }
  return bytes.subarray(0, at)
}

/** Whether each of them is the one before it over again. */
function areSame(lengths: Uint32Array, from: number, values: number): boolean {
  const length = lengths[from - 1]
  for (let i = from; i < from + values; i++) if (lengths[i] !== length) return false
  return true
}

const zigzag = (value: number): number => (value < 0 ? -value * 2 - 1 : value * 2)

function writeBlock(bytes: Buffer, from: number, least: number, over: Uint32Array, values: number): number {
  const head: number[] = []
  varint(head, zigzag(least))
  bytes.set(head, from)
  const widths = from + head.length
  let at = widths + block / part
  for (let i = 0; i < block / part; i++) {
    let all = 0
    for (let k = i * part; k < (i + 1) * part; k++) all |= over[k] as number
    const width = 32 - Math.clz32(all)
    bytes[widths + i] = width
    // Parts in which there is nothing are left out.
    if (i * part < values && width > 0) at = pack(bytes, at, over, i * part, width)
  }
  return at
}

/** The values of one part, the lowest bits first. */
function pack(bytes: Buffer, from: number, values: Uint32Array, first: number, width: number): number {
  if (width > widest) return packWide(bytes, from, values, first, width)
  let [at, held, bits] = [from, 0, 0]
  for (let k = first; k < first + part; k++) {
    held |= (values[k] as number) << bits
    for (bits += width; bits >= 8; bits -= 8) {
      bytes[at++] = held
      held >>= 8
    }
  }
  return at
}

/** With the seven bits that a value before may leave they fit into a number. */
const widest = 24

function packWide(bytes: Buffer, from: number, values: Uint32Array, first: number, width: number): number {
  let [at, held, bits] = [from, 0, 0]
  for (let k = first; k < first + part; k++) {
    let value = values[k] as number
    for (let left = width; left > 0; ) {
      const taken = Math.min(8 - bits, left)
      held |= (value & ((1 << taken) - 1)) << bits
      value >>>= taken
      bits += taken
      left -= taken
      if (bits < 8) continue
      bytes[at++] = held
      held = 0
      bits = 0
    }
  }
  return at
}
