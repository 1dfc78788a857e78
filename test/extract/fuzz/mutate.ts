/** Numbers from 0 to 1 that the seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Numbers that a length, a count or an offset must not be believed to be. */
const numbers = [0, 1, 0x3f_ff_ff_ff, 0x7f_ff_ff_ff, 0x80_00_00_00, 0xff_ff_ff_ff]

const pieces = [
  '"',
  ',',
  '\n',
  '\r',
  '\r\n',
  '\0',
  '\t',
  ' ',
  '""',
  '{',
  '}',
  '[',
  ']',
  ':',
  '\\',
  '<',
  '>',
  '&',
  '\xff',
  '\x80',
  '\xfe\xff',
  '9',
  '-1',
]

/** Cuts, inserts, overwrites, doubles and swaps parts of a file, and makes numbers in it huge. */
export function mutate(sound: Buffer, next: () => number): Buffer {
  // What changes no more than one place is likelier to be taken for sound.
  if (next() < 0.4) return touched(sound, next)
  let bytes = sound
  const times = 1 + Math.floor(next() * 4)
  for (let i = 0; i < times; i++) {
    const at = Math.floor(next() * (bytes.length + 1))
    const length = Math.floor(next() ** 3 * Math.min(400, bytes.length))
    const [before, part, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + length),
      bytes.subarray(at + length),
    ]
    const ways = [
      () => Buffer.concat([before, after]),
      () => before,
      () =>
        Buffer.concat([
          before,
          Buffer.from(pieces[Math.floor(next() * pieces.length)] as string, 'latin1'),
          part,
          after,
        ]),
      () =>
        Buffer.concat([
          before,
          Buffer.from(part.map((byte) => (next() < 0.1 ? Math.floor(next() * 256) : byte))),
          after,
        ]),
      () => Buffer.concat([before, part, part, after]),
      () => Buffer.concat([after, part, before]),
      () => Buffer.concat([before, Buffer.alloc(length), after]),
      () => numbered(bytes, at, numbers[Math.floor(next() * numbers.length)] as number),
    ]
    bytes = (ways[Math.floor(next() * ways.length)] as () => Buffer)()
  }
  return bytes
}

/** Overwrites four bytes that may hold a number. */
function numbered(bytes: Buffer, at: number, number: number): Buffer {
  const place = Math.max(0, Math.min(at - (at % 4), bytes.length - 4))
  const copy = Buffer.from(bytes)
  if (copy.length >= 4) copy.writeUInt32LE(number, place)
  return copy
}

/** One byte or one number of it is another. */
function touched(sound: Buffer, next: () => number): Buffer {
  const at = Math.floor(next() * sound.length)
  if (next() < 0.5) return numbered(sound, at, numbers[Math.floor(next() * numbers.length)] as number)
  const copy = Buffer.from(sound)
  copy[at] = Math.floor(next() * 256)
  return copy
}
