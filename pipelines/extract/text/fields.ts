import { isUtf8 } from 'node:buffer'
import { Texts } from '../parquet/column.ts'
import type { Dialect } from './split.ts'

const [feed, back, space] = [0x0a, 0x0d, 0x20]
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** What of a text is no plain matter: it is read record by record instead. */
const unsound = -1

/**
 * Moves the fields of a text, piece by piece, from its bytes into columns; they read as `splitRecord` has them. It is
 * for texts that are sound: what is ragged, not UTF-8 or oddly quoted, or ends its lines by a carriage return alone, it
 * only recognises. A field that has not ended yet is left for the next piece.
 */
export class FieldReader {
  /** Bytes of the record that is being read. */
  rowBytes = 0
  readonly #columns: Texts[]
  readonly #delimiter: Buffer
  readonly #quote: number
  #toSkip: number
  #column = 0
  /** With the last row that was taken there are as many as were asked for. */
  #isFull = false
  #begun: boolean
  /** Quotes stand in the field that was closed last. */
  #isDoubled = false
  /** 1 for the bytes that may end a field without quotes. */
  readonly #ends = new Uint8Array(256)
  readonly #spare = new Texts()
  /** Four times the delimiter's first byte. */
  readonly #fours: number
  /** Of the piece that is being read. */
  #view: DataView = new DataView(new ArrayBuffer(0))

  /**
   * `skip`: lines before the first record; undefined where the text begins with a record in its midst. Delimiter of any
   * length, quote of one byte or none.
   */
  constructor(columns: Texts[], { delimiter, quote }: Dialect, skip: number | undefined) {
    this.#columns = columns
    this.#delimiter = Buffer.from(delimiter)
    this.#quote = quote === '' ? -1 : (Buffer.from(quote)[0] as number)
    this.#fours = Math.imul(this.#delimiter[0] as number, 0x01010101)
    this.#toSkip = skip ?? 0
    this.#begun = skip === undefined
    for (const byte of [feed, back, this.#delimiter[0] as number]) this.#ends[byte] = 1
  }

  /**
   * Reads on from a place, and calls `endRow` after each record, until that returns true or no whole field is left.
   * Returns the place where the next field begins, or -1 when the text is not sound.
   */
  take(piece: Buffer, from: number, endRow: () => boolean): number {
    const begins = this.#begin(piece, from)
    if (begins < 0 || this.#toSkip > 0) return begins
    this.#view = new DataView(piece.buffer, piece.byteOffset, piece.length)
    const at = this.#fields(piece, begins, endRow)
    return at >= 0 && isUtf8(piece.subarray(from, at)) ? at : unsound
  }

  /** Whether the last record has ended. */
  get isWhole(): boolean {
    return this.#column === 0 && this.#toSkip === 0
  }

  /** Passes over the mark at the beginning and the lines to skip. */
  #begin(piece: Buffer, from: number): number {
    let at = from
    if (!this.#begun && piece.subarray(0, 3).equals(byteOrderMark)) at += 3
    this.#begun = true
    while (this.#toSkip > 0) {
      const end = piece.indexOf(feed, at)
      if (end < 0) return at
      const alone = piece.indexOf(back, at)
      if (alone >= 0 && alone < end - 1) return unsound
      this.#toSkip -= 1
      at = end + 1
    }
    return at
  }

  #fields(piece: Buffer, from: number, endRow: () => boolean): number {
    const { length } = piece
    const quote = this.#quote
    const first = this.#delimiter[0] as number
    for (let start = from; start < length; ) {
      if (this.#delimiter.length === 1) {
        start = this.#plainFields(piece, start, first, endRow)
        if (this.#isFull || start === length) return start
      }
      const isQuoted = piece[start] === quote
      const end = isQuoted ? this.#closing(piece, start) : this.#plainEnd(piece, start)
      if (end >= length || end < 0) return end < 0 ? unsound : start
      const mark = piece[end] as number
      const size = mark === first ? this.#delimiter.length : mark === feed ? 1 : 2
      if (end + size > length) return start
      if (mark !== first && mark !== feed && (mark !== back || piece[end + 1] !== feed)) return unsound
      if (mark === first && size > 1 && !this.#isDelimiter(piece, end)) return unsound
      this.rowBytes += end + size - start
      const isLast = mark !== first
      const isEmptyLine = isLast && this.#column === 0 && end === start
      if (!isEmptyLine && !this.#add(piece, start, end, isQuoted)) return unsound
      start = end + size
      if (!isLast || isEmptyLine) continue
      if (this.#column < this.#columns.length) return unsound
      this.#column = 0
      const isFull = endRow()
      this.rowBytes = 0
      if (isFull) return start
    }
    return length
  }

  /**
   * Takes fields for as long as they are plain, which nearly all are: the shortest way, in the place where most of the
   * time goes. Returns where the first one begins that asks for more thought, or has not ended.
   */
  #plainFields(piece: Buffer, from: number, delimiter: number, endRow: () => boolean): number {
    const { length } = piece
    const [columns, fours, view, quote] = [this.#columns, this.#fours, this.#view, this.#quote]
    const last = columns.length - 1
    let [start, row, at] = [from, from, this.#column]
    this.#isFull = false
    while (start < length && at <= last) {
      const byte = piece[start]
      if (byte === quote || byte === space) break
      const column = columns[at] as Texts
      const end = column.copyUntil(fours, view, start, length)
      if (end + 1 >= length) break
      const mark = piece[end]
      const isLast = mark !== delimiter
      const size = isLast && mark === back ? 2 : 1
      if (size === 2 && piece[end + 1] !== feed) break
      // A line without anything is no record.
      if (isLast && (at < last || (at === 0 && end === start))) break
      if (end === start) column.addNull()
      else column.keep(end - start)
      start = end + size
      at += 1
      if (!isLast) continue
      at = this.#column = 0
      this.rowBytes += start - row
      row = start
      this.#isFull = endRow()
      this.rowBytes = 0
      if (this.#isFull) return start
    }
    this.#column = at
    this.rowBytes += start - row
    return start
  }

  /** Where a field without quotes ends. With a delimiter of one byte it is copied into its column on the way there. */
  #plainEnd(piece: Buffer, start: number): number {
    if (piece[start] === space && this.#isQuotedAfter(piece, start)) return unsound
    // Past the last column only empty fields are let through.
    const column = this.#columns[this.#column] ?? this.#spare
    const { length } = this.#delimiter
    if (length === 1) return column.copyUntil(this.#fours, this.#view, start, piece.length)
    for (let end = start; end < piece.length; end++) {
      if (this.#ends[piece[end] as number] === 0) continue
      if (piece[end] !== this.#delimiter[0] || end + length > piece.length) return end
      if (this.#isDelimiter(piece, end)) return end
    }
    return piece.length
  }

  /** Whether nothing but spaces stands before a quote, or it is not known yet. */
  #isQuotedAfter(piece: Buffer, start: number): boolean {
    if (this.#quote < 0 || this.#delimiter[0] === space) return false
    let next = start
    while (piece[next] === space) next++
    return piece[next] === this.#quote
  }

  /** The place after the quote that ends a field. */
  #closing(piece: Buffer, start: number): number {
    const { length } = piece
    this.#isDoubled = false
    for (let at = start + 1; ; at += 2) {
      at = piece.indexOf(this.#quote, at)
      if (at < 0 || at + 1 === length) return length
      if (piece[at + 1] !== this.#quote) return at + 1
      this.#isDoubled = true
    }
  }

  #isDelimiter(piece: Buffer, at: number): boolean {
    return piece.compare(this.#delimiter, 0, this.#delimiter.length, at, at + this.#delimiter.length) === 0
  }

  /** False: there are more fields than columns. Delimiters that end the line open no further ones. */
  #add(piece: Buffer, start: number, end: number, isQuoted: boolean): boolean {
    if (this.#column === this.#columns.length) return end === start
    const column = this.#columns[this.#column++] as Texts
    if (end === start) column.addNull()
    else if (!isQuoted && this.#delimiter.length === 1) column.keep(end - start)
    else if (!isQuoted) column.add(piece, start, end - start)
    else if (this.#isDoubled) addBare(column, piece.subarray(start + 1, end - 1), this.#quote)
    else column.add(piece, start + 1, end - start - 2)
    return true
  }
}

/** Adds what stands between quotes, of which each one inside is written twice. */
function addBare(column: Texts, inside: Buffer, quote: number): void {
  const bare = Buffer.allocUnsafe(inside.length)
  let size = 0
  for (let at = 0; at < inside.length; at++) {
    bare[size++] = inside[at] as number
    if (inside[at] === quote) at++
  }
  column.add(bare, 0, size)
}
