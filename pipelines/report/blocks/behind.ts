import type { Cell, Row } from '../../duckdb.ts'
import { localised } from '../cell.ts'
import type { ReadColumn } from '../chart/input.ts'
import type { Page } from '../page.ts'
import type { Origin } from '../results.ts'
import { scaleFor } from '../scale.ts'
import type { Use } from '../uses.ts'
import { unknown } from './values.ts'

/** More rows than this are not read on a page: the workbook has them. */
const most = 150

/** The rows behind a chart, in the columns that it drew, for its page and for the workbook. */
export function rowsBehind(page: Page, rows: Row[], read: ReadColumn[], group: string | undefined) {
  const columns = read.map((column) => drawColumn(page, rows, column, group))
  return {
    head: columns.map(({ head }) => head),
    lines: rows.map((_, i) => ({ cells: columns.map(({ cells }) => cells[i]) })),
  }
}

export const isReadable = (rows: Row[]): boolean => rows.length <= most

export const useOfChart = (
  page: Page,
  origin: Origin,
  title: string,
  read: ReadColumn[],
  group: string | undefined,
): Use => ({
  query: origin.query,
  title,
  columns: read.map((column) => ({
    column: column.column,
    label: nameOf(page, column),
    isNamed: column.name !== '',
    as: column.unit,
    ...(column.unit === 'text' ? { say: sayer(page, column, group) } : {}),
  })),
})

/** A row's text in the page's language: a code in words, a name of the data as it stands. */
function sayer(page: Page, { column, role }: ReadColumn, group: string | undefined) {
  return (row: Row): string => {
    const value = localised(row, column, page.locale) ?? null
    if (value === null) return ''
    return group && role !== 'group' ? page.words.code(group, String(value)) : String(value)
  }
}

const nameOf = (page: Page, { role, name }: ReadColumn): string => name || page.words.code('roles', role)

function drawColumn(page: Page, rows: Row[], column: ReadColumn, group: string | undefined) {
  const { unit, role } = column
  const values = rows.map((row) => {
    const value = localised(row, column.column, page.locale) ?? null
    return typeof value === 'number' ? page.format.shown(value, unit) : value
  })
  const isText = unit === 'text'
  const write = writer(page, column, values, role === 'group' ? undefined : group)
  return {
    head: { label: nameOf(page, column), unit: write.unit, kind: isText ? 'text' : 'number' },
    cells: values.map((value) => ({
      text: value === null ? unknown : write.cell(value),
      kind: isText ? 'text' : 'number',
      value: isText ? '' : String(value ?? ''),
    })),
  }
}

function writer(page: Page, { unit }: ReadColumn, values: Cell[], group: string | undefined) {
  const { words, format } = page
  if (unit === 'text')
    return { unit: '', cell: (value: Cell) => (group ? words.code(group, String(value)) : String(value)) }
  if (unit === 'month') return { unit: '', cell: (value: Cell) => format.month(String(value)) }
  const label = ['money', 'number'].includes(unit) ? '' : words.code('units', unit)
  const numbers = values.filter((value) => typeof value === 'number')
  const scale = scaleFor(numbers, unit, { locale: page.locale, currency: format.currency, label })
  return { unit: scale.label, cell: (value: Cell) => scale.format(value as number) }
}
