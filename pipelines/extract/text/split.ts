/**
 * How a delimited text separates its fields. The text is read one byte a character (latin1), whatever its encoding:
 * delimiters, quotes and line ends are never part of a longer UTF-8 sequence.
 */
export interface Dialect {
  delimiter: string
  /** Empty: nothing is quoted. */
  quote: string
}

/** Where a field's text stands, without its quotes. */
export interface Span {
  start: number
  end: number
  quoted: boolean
}

export interface Split {
  /** Where the record's text ends. */
  end: number
  /** Where the next record begins. */
  next: number
  /** Null: the quoting is broken. The record ends with its first line, and the next line is read afresh. */
  fields: Span[] | null
}

/** Of a record with more fields than any table has columns these are enough to tell that it is ragged. */
const mostFields = 20_000

/**
 * Finds the end of the record that begins at `start`. Null: the text ends before the record does and more may follow.
 * A quoted field may hold delimiters, line ends and doubled quotes; spaces around the quotes do not count.
 */
export function splitRecord(text: string, start: number, dialect: Dialect, atEnd: boolean): Split | null {
  const { delimiter } = dialect
  const fields: Span[] = []
  let line = lineEnd(text, start)
  // A delimiter is looked for within the line: the next one may be far away, or nowhere.
  let within = text.slice(start, line.end)
  const take = (span: Span) => {
    if (fields.length < mostFields) fields.push(span)
    else if (span.quoted || span.end > span.start) fields[mostFields - 1] = span
  }
  for (let at = start; ; ) {
    const quoted = quotedField(text, at, dialect)
    // A delimiter of several bytes may stand here in part.
    if (quoted === 'open' || (quoted && quoted.after + delimiter.length > text.length && !atEnd)) {
      return atEnd ? broken(text, start, atEnd) : null
    }
    if (quoted) {
      take(quoted.span)
      if (quoted.after > line.end) {
        line = lineEnd(text, quoted.after)
        within = text.slice(start, line.end)
      }
      if (text.startsWith(delimiter, quoted.after)) {
        at = quoted.after + delimiter.length
        continue
      }
      if (line.end !== quoted.after) return broken(text, start, atEnd)
    } else {
      const next = within.indexOf(delimiter, at - start)
      take({ start: at, end: next >= 0 ? start + next : line.end, quoted: false })
      if (next >= 0) {
        at = start + next + delimiter.length
        continue
      }
    }
    // A carriage return that ends the window may be half of a line end.
    if (!atEnd && line.next >= text.length) return null
    return { end: line.end, next: line.next, fields }
  }
}

function broken(text: string, start: number, atEnd: boolean): Split | null {
  const line = lineEnd(text, start)
  if (!atEnd && line.next >= text.length) return null
  return { end: line.end, next: line.next, fields: null }
}

const lineEnds = /[\r\n]/g

function lineEnd(text: string, from: number): { end: number; next: number } {
  lineEnds.lastIndex = from
  const end = lineEnds.exec(text)?.index
  if (end === undefined) return { end: text.length, next: text.length }
  return { end, next: text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1 }
}

/** A quoted field at `at`: its span and where what follows its closing quote begins. Null: it is not quoted. */
function quotedField(
  text: string,
  at: number,
  { delimiter, quote }: Dialect,
): { span: Span; after: number } | 'open' | null {
  if (quote === '') return null
  const spaced = delimiter !== ' '
  const first = spaced ? skipSpaces(text, at) : at
  if (text[first] !== quote) return null
  for (let from = first + 1; ; ) {
    const found = text.indexOf(quote, from)
    if (found < 0) return 'open'
    if (text[found + 1] !== quote) {
      const after = spaced ? skipSpaces(text, found + 1) : found + 1
      return { span: { start: first + 1, end: found, quoted: true }, after }
    }
    from = found + 2
  }
}

function skipSpaces(text: string, at: number): number {
  let first = at
  while (text[first] === ' ') first += 1
  return first
}
