import type { Readable } from 'node:stream'
import { cellText } from './cell.ts'
import type { Workbook } from './workbook.ts'
import { parseXml, unescaped } from './xml.ts'

export interface SheetRow {
  /** As the program shows it, from 1. */
  number: number
  cells: (string | null)[]
  /** Cells that stand far to the right of all others, by column from 1: what is between is not made. */
  far: [column: number, text: string | null][]
  /** A formula of it has no result: the program that wrote it computes nothing. */
  uncomputed: boolean
}

/** A cell beyond is kept by its column. */
const widestGap = 1000

/** The program knows no more. */
const mostColumns = 16_384

/** The rows of a sheet in their order, streaming; which of its cells are merged (A2:B3) is told when all have been read. */
export async function* sheetRows(
  stream: Readable,
  book: Workbook,
  merged: (cells: string) => void = () => undefined,
): AsyncGenerator<SheetRow> {
  const reader = new RowReader(book, merged)
  for await (const _ of parseXml(stream, reader)) {
    yield* reader.finished
    reader.finished = []
  }
}

/** Puts rows together from the events of the sheet's XML. */
class RowReader {
  finished: SheetRow[] = []
  private row: SheetRow | undefined
  private last = 0
  private column = 0
  private cell: { type: string; style: number } | undefined
  private value: string | undefined
  private formula = false
  private into: 'value' | 'none' = 'none'
  private phonetic = false
  private book: Workbook
  private merged: (cells: string) => void

  constructor(book: Workbook, merged: (cells: string) => void) {
    this.book = book
    this.merged = merged
  }

  open(name: string, attributes: Record<string, string>): void {
    if (name === 'row') {
      const number = attributes.r === undefined ? this.last + 1 : Number(attributes.r)
      if (!(number > this.last)) throw new Error(`row ${attributes.r} follows row ${this.last}`)
      this.last = number
      this.column = 0
      this.row = { number, cells: [], far: [], uncomputed: false }
    } else if (name === 'c' && this.row) {
      this.column = attributes.r === undefined ? this.column + 1 : columnOf(attributes.r)
      this.cell = { type: attributes.t ?? 'n', style: Number(attributes.s ?? 0) }
      this.value = undefined
      this.formula = false
    } else if (this.cell) this.inCell(name)
    else if (name === 'mergeCell') this.merged(attributes.ref ?? '')
  }

  private inCell(name: string): void {
    if (name === 'f') this.formula = true
    if (name === 'rPh') this.phonetic = true
    if (name !== 'v' && (name !== 't' || this.phonetic)) return
    this.value ??= ''
    this.into = 'value'
  }

  text(text: string): void {
    if (this.into === 'value') this.value += text
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.into = 'none'
    if (name === 'rPh') this.phonetic = false
    if (name === 'c' && this.cell && this.row) this.finishCell(this.cell, this.row)
    if (name !== 'row' || !this.row) return
    this.finished.push(this.row)
    this.row = undefined
  }

  private finishCell(cell: { type: string; style: number }, row: SheetRow): void {
    const { value, column } = this
    this.cell = undefined
    // A formula whose result is an empty text says so by its type; one that says nothing was never computed.
    if (this.formula && value === undefined && cell.type !== 'str') row.uncomputed = true
    if (value === undefined) return
    if (row.cells[column - 1] !== undefined && row.cells[column - 1] !== null)
      throw new Error(`row ${row.number} has two cells in one column`)
    const text = cellText(cell.type, unescapedUnlessShared(cell.type, value), cell.style, this.book)
    if (column - row.cells.length > widestGap) {
      row.far.push([column, text])
      return
    }
    while (row.cells.length < column) row.cells.push(null)
    row.cells[column - 1] = text
  }
}

const unescapedUnlessShared = (type: string, value: string): string =>
  type === 'inlineStr' || type === 'str' ? unescaped(value) : value

/** The column of a reference such as AB12, from 1. */
function columnOf(reference: string): number {
  let column = 0
  for (const letter of reference) {
    const code = letter.charCodeAt(0) - 64
    if (code < 1 || code > 26) break
    column = column * 26 + code
  }
  if (column < 1 || column > mostColumns) throw new Error('a cell stands in no column')
  return column
}
