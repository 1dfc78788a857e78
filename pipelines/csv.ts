/** A record of a small CSV file, and the line on which it begins (from 1). */
export interface CsvRecord {
  line: number
  fields: string[]
}

/** Splits a small comma-separated text that people edit: quotes may be doubled and may hold line ends; blank lines go. */
export function csvRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\n|\r|$)/gy
  const body = text.replace(/^\uFEFF/, '')
  let record: CsvRecord = { line: 1, fields: [] }
  let line = 1
  for (let match = cell.exec(body); match; match = cell.exec(body)) {
    const [all, quoted, plain = '', end] = match
    record.fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    line += all.match(/\r\n|\n|\r/g)?.length ?? 0
    if (end !== ',') {
      if (record.fields.some((field) => field !== '')) records.push(record)
      record = { line, fields: [] }
    }
    if (end === '') break
  }
  return records
}

/** One line of a CSV file for a spreadsheet, with its line end. */
export const csvLine = (cells: (string | null)[]): string =>
  `${cells.map((cell) => (cell === null ? '' : quotedCell(guarded(cell)))).join(',')}\r\n`

const quotedCell = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell

/** What a spreadsheet would take for a formula, or what looks like a guarded cell. Plain numbers are neither. */
const risky = /^(?:['=@\t\r\n]|[+-](?!\d+(?:\.\d+)?$))/

/** A cell that no spreadsheet runs: an apostrophe before it; `unguarded` takes it away again. */
export const guarded = (cell: string): string => (risky.test(cell) ? `'${cell}` : cell)

export const unguarded = (cell: string): string =>
  cell.startsWith("'") && risky.test(cell.slice(1)) ? cell.slice(1) : cell
