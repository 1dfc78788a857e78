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

/**
 * Finds the end of the record that begins at `start`. Null: the text ends before the record does and more may follow.
 * A quoted field may hold delimiters, line ends and doubled quotes; spaces around the quotes do not count.
 */
export function splitRecord(text: string, start: number, dialect: Dialect, atEnd: boolean): Split | null {
  const { delimiter } = dialect
  const fields: Span[] = []
  let line = lineEnd(text, start)
  for (let at = start; ; ) {
    const quoted = quotedField(text, at, dialect)
    if (quoted === 'open' || (quoted && quoted.after === text.length && !atEnd)) {
      return atEnd ? broken(text, start, atEnd) : null
    }
    if (quoted) {
      fields.push(quoted.span)
      if (quoted.after > line.end) line = lineEnd(text, quoted.after)
      if (text.startsWith(delimiter, quoted.after)) {
        at = quoted.after + delimiter.length
        continue
      }
      if (line.end !== quoted.after) return broken(text, start, atEnd)
    } else {
      const next = text.indexOf(delimiter, at)
      const inside = next >= 0 && next < line.end
      fields.push({ start: at, end: inside ? next : line.end, quoted: false })
      if (inside) {
        at = next + delimiter.length
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

function lineEnd(text: string, from: number): { end: number; next: number } {
  const feed = text.indexOf('\n', from)
  const last = feed < 0 ? text.length : feed
  const back = text.slice(from, last).indexOf('\r')
  if (back < 0) return { end: last, next: Math.min(last + 1, text.length) }
  const end = from + back
  return { end, next: text[end + 1] === '\n' ? end + 2 : end + 1 }
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
