import { join } from 'node:path'
import { type Contract, type Format, firstName } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import type { Parted } from '../delivery.ts'
import { part } from '../text/parts.ts'
import { firstBytes } from './first-bytes.ts'
import { headerWithin, isHeader, nameColumns, noHeader, nothingInside } from './header.ts'
import type { Readings } from './readings.ts'
import { type SheetRow, sheetRows } from './xlsx/rows.ts'
import { openWorkbook, type Workbook } from './xlsx/workbook.ts'

/**
 * Reads one sheet of a workbook row by row, every cell as text; memory holds one row, and the shared texts lie in a
 * file. Rows without any cell are no records.
 */
export async function readXlsx(
  contract: Contract,
  format: Format,
  path: string,
  dir: string,
): Promise<Readings> {
  let [start, merged] = [format.skip, 0]
  const rows = (): AsyncGenerator<SheetRow> =>
    withWorkbook({ path, contract, format, dir }, (cells) => {
      if (lastRow(cells) > start) merged += 1
    })
  const header = await headerRow(rows(), contract, format)
  const names = header ? header.cells : contract.columns.map(({ from }) => firstName(from))
  const width = names.findLastIndex((cell) => cell !== null) + 1
  start = header?.number ?? start
  return {
    columns: nameColumns(names.slice(0, width)),
    parted() {
      // Looking for the header may have come past them.
      merged = 0
      return partRows(rows(), start, width, dir)
    },
    // Titles above the header may be merged as they like.
    notesAfter: () =>
      merged === 0
        ? []
        : [`merged cells below the header: ${merged}; the first of each holds the value, the others nothing`],
  }
}

/** The row that cells such as A2:B3 reach down to. */
const lastRow = (cells: string): number => Number(/\d+$/.exec(cells)?.[0] ?? 0)

interface Sheet {
  path: string
  contract: Contract
  format: Format
  dir: string
}

async function* withWorkbook(
  { path, contract, format, dir }: Sheet,
  merged: (cells: string) => void,
): AsyncGenerator<SheetRow> {
  await checkKind(path)
  let book: Workbook | undefined
  try {
    book = await openWorkbook(path, join(dir, '.strings'), format.unpacks)
    const sheet =
      format.sheet === undefined ? book.sheets[0] : book.sheets.find(({ name }) => name === format.sheet)
    if (!sheet) throw noSheet(contract, format, book)
    yield* sheetRows(await book.read(sheet.member), book, merged)
  } catch (cause) {
    if (cause instanceof ClienteleError || (cause as NodeJS.ErrnoException).syscall) throw cause
    const what = `not readable as a workbook: ${(cause as Error).message.split('\n')[0]}`
    throw new ClienteleError({ what, where: { file: shownPath(path) } }, 1, { cause })
  } finally {
    book?.close()
  }
}

async function headerRow(
  rows: AsyncGenerator<SheetRow>,
  contract: Contract,
  format: Format,
): Promise<SheetRow | undefined> {
  if (!format.header) return undefined
  let looked = 0
  for await (const row of rows) {
    if (row.number <= format.skip) continue
    // Without looking for it, the header is the row after those to skip, whatever is in it.
    if (format.header === true && row.number > format.skip + 1) break
    if (isHeader(contract, format, row.cells)) return row
    looked += 1
    if (looked === headerWithin(format)) throw noHeader(contract, format)
  }
  throw looked === 0 ? nothingInside('the sheet has no header row') : noHeader(contract, format)
}

async function partRows(
  rows: AsyncGenerator<SheetRow>,
  start: number,
  width: number,
  dir: string,
): Promise<Parted> {
  return part(dir, async (parts) => {
    let position = 0
    for await (const { number, cells, far, uncomputed } of rows) {
      const last = Math.max(
        cells.findLastIndex((cell) => cell !== null),
        ...far.map(([column]) => column - 1),
      )
      if (number <= start || (last < 0 && !uncomputed)) continue
      position += 1
      const beyond = last >= width
      if (!beyond && !uncomputed) {
        const values = Array.from({ length: width }, (_, column) => cells[column] ?? null)
        for (const [column, text] of far) values[column - 1] = text
        await parts.keep(position, values)
      } else {
        const text = rowText(cells, far)
        await parts.reject({ position, line: number, reason: beyond ? 'ragged' : 'formula', text })
      }
    }
  })
}

/** A row as people see it; cells far to the right with the numbers of their columns. */
const rowText = (cells: SheetRow['cells'], far: SheetRow['far']): string =>
  [...cells.map((cell) => cell ?? ''), ...far.map(([column, text]) => `${column}: ${text ?? ''}`)].join('\t')

/** The program's older files, and those with a password, are another kind of container. */
async function checkKind(path: string): Promise<void> {
  const mark = await firstBytes(path, 4)
  if (mark.subarray(0, 2).toString('latin1') === 'PK') return
  const old = mark.equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))
  const what = old ? 'it is an .xls of before 2007, or protected by a password' : 'it is none'
  throw new ClienteleError({
    what: `not readable as a workbook: ${what}`,
    where: { file: shownPath(path) },
    how: 'Have it saved as .xlsx, without a password.',
  })
}

function noSheet(contract: Contract, { sheet }: Format, { sheets }: Workbook): ClienteleError {
  return new ClienteleError({
    what: `the workbook has no sheet '${sheet}'`,
    where: contract.place,
    how: `It has ${sheets.map(({ name }) => `'${name}'`).join(', ')}.`,
  })
}
