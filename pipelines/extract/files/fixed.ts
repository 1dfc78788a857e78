import { join } from 'node:path'
import { type Contract, type Encoding, encodings, type Format, firstName } from '../../contract.ts'
import type { Parted } from '../delivery.ts'
import { rawLines } from '../text/lines.ts'
import { part, type Reject } from '../text/parts.ts'
import { nameColumns } from './header.ts'
import { plainText, unpacked } from './plain.ts'
import type { Readings } from './readings.ts'

/** Where a field stands in its line, from 0. */
interface Place {
  start: number
  end: number
}

/**
 * Reads a file of lines whose columns stand at fixed places, which the contract names. Places count characters, or,
 * where a GBK or Shift-JIS system wrote the file, the bytes of its own encoding. A line is as wide as the columns say:
 * a shorter one is ragged (half a last line is), unless `pad` says that blanks at the end were dropped, and a longer
 * one is, unless nothing but blanks is beyond. Blanks around a value do not count.
 */
export async function readFixed(
  contract: Contract,
  format: Format,
  path: string,
  dir: string,
): Promise<Readings> {
  const columns = nameColumns(contract.columns.map(({ from }) => firstName(from)))
  const places = contract.columns.map(({ start = 1, width = 0 }) => ({
    start: start - 1,
    end: start - 1 + width,
  }))
  const byBytes = format.unit === 'bytes'
  const text = await (byBytes ? unpacked : plainText)(path, format, join(dir, '.plain.txt'))
  const lineText = byBytes ? byteLines(text.encoding) : characterLines(text.replaced)
  return {
    columns,
    parted: () =>
      partLines(text.path, { places, skip: format.skip, pad: format.pad ?? false, lineText }, dir),
    notes: text.notes,
    ...(text.detected ? { encoding: text.encoding } : {}),
  }
}

/** How a line is cut: its length in units, a part of it as text, and whether its bytes are of the encoding. */
type LineText = (raw: Buffer) => {
  length: number
  part: (place: Place) => string
  whole: () => string
  sound: boolean
}

function characterLines(replaced: boolean): LineText {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  return (raw) => {
    let text: string
    let sound = true
    try {
      text = strict.decode(raw)
      sound = !replaced || !text.includes('\uFFFD')
    } catch {
      text = raw.toString('utf8')
      sound = false
    }
    // A character beyond the basic plane takes two units of a string.
    const letters = /[\uD800-\uDBFF]/.test(text) ? [...text] : text
    const part = ({ start, end }: Place) => {
      const cut = letters.slice(start, end)
      return typeof cut === 'string' ? cut : cut.join('')
    }
    return { length: letters.length, part, whole: () => text, sound }
  }
}

function byteLines(encoding: Encoding): LineText {
  const label = encodings[encoding]
  const strict = new TextDecoder(label, { fatal: true, ignoreBOM: true })
  const loose = new TextDecoder(label, { ignoreBOM: true })
  return (raw) => {
    const part = ({ start, end }: Place) => loose.decode(raw.subarray(start, end))
    let sound = true
    try {
      strict.decode(raw)
    } catch {
      sound = false
    }
    return { length: raw.length, part, whole: () => loose.decode(raw), sound }
  }
}

interface Cutting {
  places: Place[]
  skip: number
  pad: boolean
  lineText: LineText
}

async function partLines(
  path: string,
  { places, skip, pad, lineText }: Cutting,
  dir: string,
): Promise<Parted> {
  return part(dir, async (parts) => {
    const width = Math.max(...places.map(({ end }) => end))
    let position = 0
    for await (const { raw, line } of rawLines(path)) {
      if (line <= skip || raw.length === 0) continue
      position += 1
      const { length, part, whole, sound } = lineText(raw)
      const beyond = length > width && part({ start: width, end: length }).trim() !== ''
      const reject = (reason: Reject['reason'], values?: (string | null)[]) =>
        parts.reject({ position, line, reason, text: whole() }, values)
      if (beyond || (length < width && !pad)) {
        await reject('ragged')
        continue
      }
      const values = places.map((place) => part(place).trim() || null)
      // A character cut in two by a place is as unreadable as bytes that are none.
      if (!sound || (values.some((value) => value?.includes('\uFFFD')) && !whole().includes('\uFFFD')))
        await reject('encoding', values)
      else await parts.keep(position, values)
    }
  })
}
