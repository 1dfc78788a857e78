import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import type { Format } from '../contract.ts'

/** What a delimited file seems to be, as a contract writes it; without what is the default. */
export type DraftFormat = Partial<Pick<Format, 'encoding' | 'delimiter' | 'skip' | 'quote'>> & {
  type: Format['type']
}

export const isSqlite = (head: Buffer): boolean => head.toString('latin1', 0, 15) === 'SQLite format 3'
const isZip = (head: Buffer): boolean => head.toString('latin1', 0, 2) === 'PK'
const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b

/** The first quarter of a megabyte of a file, unpacked. */
export async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 18), 0, 1 << 18, 0)
    const head = buffer.subarray(0, bytesRead)
    return isGzip(head) ? await unpacked(head) : head
  } finally {
    await file.close()
  }
}

/** As much as can be unpacked of the beginning. */
function unpacked(head: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const gunzip = createGunzip()
    const done = () => resolve(Buffer.concat(chunks))
    gunzip
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', done)
      .on('error', done)
    gunzip.end(head)
  })
}

export function formatOf(head: Buffer): DraftFormat {
  if (isZip(head)) return { type: 'xlsx' }
  const encoding = encodingOf(head)
  const text = new TextDecoder(encoding === 'latin1' ? 'windows-1252' : encoding).decode(head)
  const lines = text.split(/\r\n|\n|\r/).slice(0, 50)
  const delimiter = delimiterOf(lines)
  const counts = lines.filter((line) => line !== '').map((line) => fieldsOf(line, delimiter))
  const usual = mostFrequent(counts)
  const skip = lines.findIndex((line) => line !== '' && fieldsOf(line, delimiter) === usual)
  return {
    type: 'csv',
    ...(delimiter === ',' ? {} : { delimiter }),
    ...(encoding === 'utf-8' ? {} : { encoding }),
    ...(skip > 0 ? { skip } : {}),
  }
}

/** A beginning may end in the middle of a letter: its last bytes do not count. */
function encodingOf(head: Buffer): NonNullable<DraftFormat['encoding']> {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const whole = head.subarray(0, head.lastIndexOf(0x0a) + 1 || head.length)
  for (const label of ['utf-8', 'gb18030'] as const) {
    try {
      const text = new TextDecoder(label, { fatal: true }).decode(whole)
      // Any two bytes make a letter of GB 18030; only where most of them are of everyday Chinese is it one.
      const foreign = text.match(/[^\p{ASCII}]/gu) ?? []
      const everyday = foreign.filter((letter) => /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/.test(letter))
      if (label === 'utf-8' || everyday.length * 10 > foreign.length * 9) return label
    } catch {
      // Not of this encoding.
    }
  }
  return 'latin1'
}

/** The one that stands equally often in most lines. */
function delimiterOf(lines: string[]): string {
  const scored = [',', ';', '\t', '|'].map((delimiter) => {
    const counts = lines.filter((line) => line !== '').map((line) => fieldsOf(line, delimiter))
    const usual = mostFrequent(counts)
    return {
      delimiter,
      score: usual > 1 ? counts.filter((count) => count === usual).length * 100 + usual : 0,
    }
  })
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a))
  return best.score > 0 ? best.delimiter : ','
}

const fieldsOf = (line: string, delimiter: string): number =>
  line.replaceAll(/"(?:[^"]|"")*"/g, '').split(delimiter).length

function mostFrequent(counts: number[]): number {
  const times = new Map<number, number>()
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1)
  return [...times].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])[0]
}
