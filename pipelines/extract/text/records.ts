import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { type Dialect, type Span, splitRecord } from './split.ts'

/** One record of a delimited text. */
export interface TextRecord {
  /** Position among all records, from 1. */
  position: number
  /** The line it begins on, from 1. */
  line: number
  /** Lines it takes. */
  lines: number
  /** The record as it stands; bytes that are not UTF-8 are U+FFFD. */
  text: string
  /** Its fields; an empty one without quotes is null. Empty when the quoting is broken. */
  values: (string | null)[]
  fault: 'quote' | 'encoding' | null
}

export interface TextSource {
  /** A UTF-8 text. */
  path: string
  dialect: Dialect
  /** Lines before the first record. */
  skip: number
  /** U+FFFD in the text stands for bytes that could not be decoded. */
  replaced: boolean
  /** Bytes read at once. */
  chunkBytes?: number
}

/** A record longer than this is taken for a quote that was never closed. */
const longestRecord = 16 << 20

const byteOrderMark = '\xEF\xBB\xBF'

/** Splits a text into records, streaming: memory holds one window. Empty lines are no records. */
export async function* textRecords(source: TextSource): AsyncGenerator<TextRecord> {
  const { path, skip, replaced, chunkBytes = 1 << 20 } = source
  const dialect = { delimiter: bytes(source.dialect.delimiter), quote: bytes(source.dialect.quote) }
  let window = ''
  let line = 1
  let position = 0
  let begun = false
  const take = function* (atEnd: boolean): Generator<TextRecord> {
    if (!begun && !atEnd && window.length < byteOrderMark.length) return
    let at = begun || !window.startsWith(byteOrderMark) ? 0 : byteOrderMark.length
    begun = true
    while (at < window.length) {
      const skipping = line <= skip
      const forced = atEnd || window.length - at > longestRecord
      const split = splitRecord(window, at, skipping ? { ...dialect, quote: '' } : dialect, forced)
      if (split === null) break
      const raw = window.slice(at, split.end)
      const lines = 1 + lineEnds(raw)
      if (raw !== '' && !skipping) {
        position += 1
        const fault = split.fields === null ? 'quote' : isSound(raw, replaced) ? null : 'encoding'
        const values = (split.fields ?? []).map((field) => fieldValue(window, field, dialect.quote))
        yield { position, line, lines, text: readable(raw), values, fault }
      }
      at = split.next
      line += lines
    }
    window = window.slice(at)
  }
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: chunkBytes })) {
    window += chunk
    yield* take(false)
  }
  yield* take(true)
}

/** Text as the splitter sees it: one character a byte. */
const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is that of ASCII
const ascii = /^[\x00-\x7f]*$/

/** A record's bytes as text people can read; bytes that are not UTF-8 become U+FFFD. */
export const readable = (raw: string): string =>
  ascii.test(raw) ? raw : Buffer.from(raw, 'latin1').toString('utf8')

function fieldValue(window: string, { start, end, quoted }: Span, quote: string): string | null {
  const raw = window.slice(start, end)
  if (quoted) return readable(raw.replaceAll(quote + quote, quote))
  return raw === '' ? null : readable(raw)
}

function lineEnds(raw: string): number {
  return raw.includes('\n') || raw.includes('\r') ? (raw.match(/\r\n|\n|\r/g)?.length ?? 0) : 0
}

const replacement = '\xEF\xBF\xBD'

function isSound(raw: string, replaced: boolean): boolean {
  if (ascii.test(raw)) return true
  return replaced ? !raw.includes(replacement) : isUtf8(Buffer.from(raw, 'latin1'))
}
