import { createReadStream } from 'node:fs'
import type { Encoding } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import { type Candidate, candidates, type Tally } from './detect/candidates.ts'

export interface Detected {
  encoding: Encoding
  /** Why, for people. */
  evidence: string
}

/** Fewer characters than this prove nothing. */
const fewest = 6
/** How common the characters must be in the encoding taken, and how much more so than in the next. */
const [enough, ahead] = [0.75, 0.15]

/**
 * Finds out a text's encoding from all of its bytes. A byte order mark decides. Else UTF-8 is tried strictly; then each
 * other encoding that every byte fits is judged by how common its characters would be. What stays open is a fault.
 */
export async function detectEncoding(path: string): Promise<Detected> {
  const { marked, zeros, tallies } = await survey(path)
  if (marked) return { encoding: marked, evidence: 'its byte order mark' }
  if (zeros) return { encoding: zeros, evidence: 'every other byte of its marks is zero' }
  const utf8 = tallies.find(({ encoding }) => encoding === 'utf-8') as Tally
  if (utf8.seen === 0 && utf8.invalid === 0) return { encoding: 'utf-8', evidence: 'nothing but ASCII' }
  if (utf8.invalid === 0) return { encoding: 'utf-8', evidence: `${count(utf8.seen)} sequences, all sound` }
  if (utf8.seen >= 10 && utf8.invalid * 20 <= utf8.seen) {
    const evidence = `${count(utf8.seen)} sequences are sound, ${count(utf8.invalid)} are not`
    return { encoding: 'utf-8', evidence }
  }
  return judge(
    tallies.filter(({ encoding }) => encoding !== 'utf-8'),
    path,
  )
}

function judge(tallies: Tally[], path: string): Detected {
  const ranked = tallies
    .filter(({ invalid, seen }) => invalid === 0 && seen > 0)
    .map(({ encoding, seen, common }) => ({ encoding, seen, share: common / seen }))
    .sort((a, b) => b.share - a.share)
  const [best, next] = ranked
  const shown = ranked.map(({ encoding, share }) => `${encoding} (${percent(share)} common characters)`)
  const clear = best && best.share >= enough && best.share - (next?.share ?? 0) >= ahead
  if (clear && best.seen >= fewest) {
    const evidence = `${percent(best.share)} of ${count(best.seen)} characters are common ones; ${
      next ? `next ${shown[1]}` : 'no other encoding fits'
    }`
    return { encoding: best.encoding, evidence }
  }
  throw new ClienteleError({
    what: best
      ? `the encoding is not clear: it may be ${shown.join(', or ')}`
      : 'the encoding is not clear: the bytes fit none',
    where: { file: shownPath(path) },
    how: 'Declare it in the contract: format: {encoding: …}.',
  })
}

interface Survey {
  marked: Encoding | undefined
  zeros: Encoding | undefined
  tallies: Tally[]
}

async function survey(path: string): Promise<Survey> {
  const judges: Candidate[] = candidates()
  const zeros = [0, 0]
  let [at, marked]: [number, Encoding | undefined] = [0, undefined]
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (at === 0) marked = markOf(chunk)
    if (marked) return { marked, zeros: undefined, tallies: [] }
    for (let next = chunk.indexOf(0); next >= 0; next = chunk.indexOf(0, next + 1)) {
      const side = (at + next) % 2
      zeros[side] = (zeros[side] as number) + 1
    }
    for (const judge of judges) for (const byte of chunk) judge.push(byte)
    at += chunk.length
  }
  for (const judge of judges) judge.end()
  return { marked, zeros: sideOf(zeros, at), tallies: judges.map(({ tally }) => tally) }
}

function markOf(bytes: Buffer): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined
}

/** UTF-16 without a mark: delimiters and line ends have a zero beside them, always on the same side. */
function sideOf([even = 0, odd = 0]: number[], bytes: number): Encoding | undefined {
  if (bytes % 2 === 1 || (even + odd) * 50 < bytes) return undefined
  if (odd > 4 * even) return 'utf-16le'
  return even > 4 * odd ? 'utf-16be' : undefined
}

const count = (value: number) => value.toLocaleString('en-GB')
const percent = (share: number) => `${Math.round(100 * share)} %`
