import { printTable } from '../print.ts'
import { textWidth } from '../text-width.ts'
import { isNumeric } from './masked.ts'

/** The first rows of a table, every value as text. */
export interface Sample {
  columns: { name: string; type: string }[]
  rows: (string | null)[][]
}

/** A longer text is cut: a table is looked over, not read. */
const longest = 40

/**
 * Names, types and rows. Where they are wider than the screen, a line a column instead of a line a row, with as many
 * rows beside each other as there is room for.
 */
export function printSample({ columns, rows }: Sample, room: number): string {
  const cells = rows.map((row) => row.map(cell))
  const names = columns.map(({ name }) => name)
  const types = columns.map(({ type }) => shortType(type))
  const numeric = columns.map(({ type }) => isNumeric(type))
  const across = printTable(names, [types, ...cells], numeric)
  return widest(across) <= room || columns.length < 2 ? across : upright(names, types, cells, room)
}

function upright(names: string[], types: string[], rows: string[][], room: number): string {
  const print = (count: number) =>
    printTable(
      ['column', 'type', ...rows.slice(0, count).map((_, i) => String(i + 1))],
      names.map((name, i) => [name, types[i] ?? '', ...rows.slice(0, count).map((row) => row[i] ?? '')]),
    )
  let count = Math.min(rows.length, 1)
  while (count < rows.length && widest(print(count + 1)) <= room) count++
  const more = rows.length - count
  return more > 0 ? `${print(count)}\n… ${more} more: widen the window, or take --json` : print(count)
}

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => textWidth(line)))

/** A line break within a cell would break the table. */
function cell(value: string | null): string {
  if (value === null) return 'NULL'
  const line = value.replaceAll(/\s+/g, ' ')
  if (textWidth(line) <= longest) return line
  let cut = ''
  for (const letter of line) {
    if (textWidth(cut + letter) > longest - 1) break
    cut += letter
  }
  return `${cut}…`
}

/** A struct may be a page of names. */
const shortType = (type: string): string => (type.length <= longest ? type : `${type.slice(0, longest - 1)}…`)
