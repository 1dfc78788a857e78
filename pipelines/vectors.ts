import type * as arrow from 'apache-arrow'

type Arrow = typeof arrow

/** A column of texts. Encoded at once: Arrow's own builder takes five times as long, value by value. */
export function textVector(lib: Arrow, texts: readonly (string | null)[]): arrow.Vector {
  const valueOffsets = new Int32Array(texts.length + 1)
  texts.forEach((text, i) => {
    valueOffsets[i + 1] = (valueOffsets[i] as number) + (text === null ? 0 : Buffer.byteLength(text))
  })
  // A null joins as nothing; half a character at the end of a text must not meet the other half in the next.
  const data = Buffer.from(texts.map((text) => text?.toWellFormed()).join(''))
  return lib.makeVector(
    lib.makeData({ type: new lib.Utf8(), length: texts.length, valueOffsets, data, ...nullsOf(texts) }),
  )
}

/** A column of numbers as Float64. */
export function realVector(lib: Arrow, numbers: readonly (number | null)[]): arrow.Vector {
  const data = Float64Array.from(numbers, (number) => number ?? 0)
  return lib.makeVector(
    lib.makeData({ type: new lib.Float64(), length: numbers.length, data, ...nullsOf(numbers) }),
  )
}

/** Arrow marks with a bit each value that is there. */
function nullsOf(values: readonly unknown[]): { nullCount: number; nullBitmap?: Uint8Array } {
  let nullCount = 0
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8))
  values.forEach((value, i) => {
    if (value === null) nullCount++
    else nullBitmap[i >> 3] = (nullBitmap[i >> 3] as number) | (1 << (i & 7))
  })
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap }
}
