import type { Readable } from 'node:stream'
import { longestPart, parseXml } from './xml.ts'

/** What a number stands for: itself, a moment, a time of day, hours that may pass a day, or digits with leading zeros. */
export type NumberKind = 'number' | 'moment' | 'time' | 'hours' | { digits: number }

const elapsed = new Set([46])
const times = new Set([18, 19, 20, 21, 32, 33, 45, 47, 55, 56])
/** The formats of the program itself; 27 to 58 are those of its Chinese and Japanese editions. */
const isMoment = (id: number) => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58)

/** What the number of a cell stands for, by the index of the cell's style. */
export async function readStyles(stream: Readable | undefined): Promise<NumberKind[]> {
  if (!stream) return []
  const codes = new Map<number, string>()
  const kinds: number[] = []
  let inCells = false
  const events = {
    open(name: string, attributes: Record<string, string>) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '')
      if (name === 'cellXfs') inCells = true
      if (name === 'xf' && inCells) kinds.push(Number(attributes.numFmtId ?? 0))
    },
    close(name: string) {
      if (name === 'cellXfs') inCells = false
    },
  }
  for await (const _ of parseXml(stream, events, longestPart));
  return kinds.map((id) => kindOf(id, codes.get(id)))
}

function kindOf(id: number, code: string | undefined): NumberKind {
  if (code !== undefined) return kindOfCode(code)
  if (elapsed.has(id)) return 'hours'
  if (times.has(id)) return 'time'
  return isMoment(id) ? 'moment' : 'number'
}

/** Reads a format's code by its letters, without texts in quotes, escapes, colours and conditions. */
function kindOfCode(code: string): NumberKind {
  const [first = ''] = code.split(';')
  if (/^0{2,}$/.test(first)) return { digits: first.length }
  if (/\[(h+|m+|s+)\]/i.test(first)) return 'hours'
  const letters = first
    .replaceAll(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '')
    .replaceAll(/general|am\/pm|a\/p/gi, '')
  if (/[yde年月日]/i.test(letters.replaceAll(/[#0?.]e[+-]/gi, ''))) return 'moment'
  if (/[hs]/i.test(letters)) return 'time'
  return /m/i.test(letters) ? 'moment' : 'number'
}
