import { type CellValue, readSheet, SheetNotFoundError } from 'read-excel-file/node'
import type { Contract, Format } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import type { Parted } from '../delivery.ts'
import { openParts } from '../text/parts.ts'
import { nameColumns } from './csv.ts'
import type { Readings } from './source.ts'

type Cell = CellValue<string> | Date | null

/** Reads one sheet of a workbook, every cell as text. Rows without any cell are no records. */
export async function readXlsx(
  contract: Contract,
  format: Format,
  path: string,
  dir: string,
): Promise<Readings> {
  const rows = (await sheet(format, path, contract)).map((cells) => cells.map(cellText))
  const header = format.header ? (rows[format.skip] ?? []) : contract.columns.map(({ from }) => from)
  const width = header.findLastIndex((cell) => cell !== null) + 1
  const columns = nameColumns(header.slice(0, width))
  const start = format.skip + (format.header ? 1 : 0)
  return {
    columns,
    parted: () => partRows(rows, start, width, dir),
  }
}

async function sheet(format: Format, path: string, contract: Contract): Promise<Cell[][]> {
  try {
    return await readSheet(path, format.sheet ?? 1, {
      parseNumber: (digits) => plainNumber(digits),
      trim: false,
    })
  } catch (cause) {
    const where = cause instanceof SheetNotFoundError ? contract.place : { file: shownPath(path) }
    throw new ClienteleError({ what: `not readable as a workbook: ${(cause as Error).message}`, where }, 1, {
      cause,
    })
  }
}

async function partRows(
  rows: (string | null)[][],
  start: number,
  width: number,
  dir: string,
): Promise<Parted> {
  const parts = await openParts(dir)
  let position = 0
  for (const [i, cells] of rows.entries()) {
    if (i < start || cells.every((cell) => cell === null)) continue
    position += 1
    if (cells.slice(width).every((cell) => cell === null)) {
      await parts.keep(
        position,
        Array.from({ length: width }, (_, column) => cells[column] ?? null),
      )
    } else {
      const text = cells.map((cell) => cell ?? '').join('\t')
      await parts.reject({ position, line: i + 1, reason: 'ragged', text })
    }
  }
  return parts.close()
}

/** Dates as ISO days or seconds, numbers as `plainNumber` left them, empty text as nothing. */
function cellText(cell: Cell): string | null {
  if (cell === null || cell === '') return null
  if (cell instanceof Date)
    return cell
      .toISOString()
      .replace('T', ' ')
      .replace(/( 00:00:00)?\.000Z$/, '')
  return String(cell)
}

/**
 * A number as people write it: no exponent, and without the noise that binary fractions leave in the 16th digit and
 * after (a workbook keeps 0.1 + 0.2 as 0.30000000000000004).
 */
export function plainNumber(digits: string): string {
  const value = Number(digits)
  if (!Number.isFinite(value)) return digits
  if (Number.isSafeInteger(value)) return String(value)
  const shown = String(Number(value.toPrecision(15)))
  if (!shown.includes('e')) return shown
  const negative = shown.startsWith('-') ? '-' : ''
  const [mantissa, exponent] = shown.replace(/^-/, '').split('e') as [string, string]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  const point = whole.length + Number(exponent)
  const all = `${whole}${fraction}`
  if (point <= 0) return `${negative}0.${'0'.repeat(-point)}${all}`
  return `${negative}${all.padEnd(point, '0').slice(0, point)}${all.length > point ? `.${all.slice(point)}` : ''}`
}
