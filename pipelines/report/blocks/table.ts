import Handlebars from 'handlebars'
import type { Cell, Row } from '../../duckdb.ts'
import { localised } from '../cell.ts'
import { type Page, pageOf } from '../page.ts'
import { textOf } from '../plain-text.ts'
import { type Scale, scaleFor } from '../scale.ts'
import type { HelperOptions, Helpers } from '../template.ts'
import type { UsedColumn } from '../uses.ts'
import { rowsFor } from './figure.ts'
import { sentence } from './findings.ts'
import { sparkline } from './sparkline.ts'
import { inUnit, listed, unknown } from './values.ts'

interface Column {
  name: string
  label: string
  as: string
  words?: string
  /** Which way is good, for changes: `up` or `down`. */
  good?: string
  /** Draws a bar of the value's size in its cell. */
  bar: boolean
  /** Columns of one name here are written alike, as finely as all of them together need: the ends of an interval. */
  alike?: string
}

/** A table of so few rows is kept on one page: to break a longer one costs less than the gap that it would leave. */
const unbroken = 7

export const tableHelpers: Helpers = {
  /**
   * `{{#table segments title='…' total='is_total'}} {{column 'customers' 'Customers' as='count'}} … {{/table}}`
   * Columns that hold nothing are left out, and named below the table.
   * `total` names a column that is true in rows of totals, `mark` one that is true in rows that stand out; `needs` says what is missing when there are no rows.
   */
  table(data: unknown, options: HelperOptions) {
    const page = pageOf(options)
    const { rows, origin } = rowsFor('table', data)
    const frame = Handlebars.createFrame(options.data)
    frame.columns = [] as Column[]
    options.fn(this, { data: frame })
    const { title, note, total, mark, needs } = options.hash
    const found = {
      title,
      note: note ?? '',
      query: origin.query,
      models: origin.models,
      id: page.id('table'),
    }
    for (const { name } of frame.columns as Column[]) {
      if (!origin.columns.includes(name))
        throw new Error(`the query has no column ${name}; it has ${origin.columns.join(', ')}`)
    }
    page.shows({
      query: origin.query,
      title,
      columns: frame.columns.map((column: Column) => usedColumn(column, page)),
    })
    if (rows.length === 0) return page.fill('nothing', { ...found, needs: needs ?? '' })
    const isEmpty = ({ name }: Column) => rows.every((row) => row[name] === null)
    const columns = frame.columns
      .filter((column: Column) => !isEmpty(column))
      .map((column: Column) =>
        drawColumn(column, rows, page, valuesAlike(column, frame.columns, rows, page)),
      ) as Drawn[]
    const absent = frame.columns.filter(isEmpty).map(({ label }: Column) => label)
    const lines = rows.map((row, i) => {
      const isTotal = row[total] === true
      const cells = columns.map(({ cells }) => cells[i] as Shown)
      const isMarked = row[mark] === true
      return {
        isTotal,
        isMarked,
        cells: isTotal ? cells.map((cell, at) => totalCell(cell, at, page)) : cells,
      }
    })
    return page.fill('table', {
      ...found,
      head: columns.map(({ head }) => head),
      lines,
      absent: listed(page, [...new Set<string>(absent)]),
      isShort: lines.length <= unbroken,
    })
  },
  /** A column of the table around it; `as` is how its values are written, see `formats`. */
  column(name: string, label: string, options: HelperOptions) {
    const { as = 'text', words, good, bar = false, alike } = options.hash
    if (!options.data.columns) throw new Error('column stands inside {{#table rows}} … {{/table}}')
    if (!(as in formats) && !unformatted.includes(as)) {
      throw new Error(
        `there is no way of writing called ${as}: ${[...unformatted, ...Object.keys(formats)].join(', ')}`,
      )
    }
    options.data.columns.push({ name, label, as, words, good, bar, alike })
    return ''
  },
}

/** Ways of writing that are not of one number or date. */
const unformatted = ['text', 'sentence', 'sparkline', 'delta', 'delta_points', 'unit']

/** Ways of writing numbers and dates; scaled ones write a whole column alike and name the unit in its head. */
const formats: Record<string, (page: Page, values: (number | null)[]) => Scale | ((value: never) => string)> =
  {
    money: (page, values) => scaleFor(values, 'money', page.format),
    count: (page, values) => scaleFor(values, 'count', page.format),
    percent: (page, values) => scaleFor(values, 'percent', page.format),
    number: (page, values) => scaleFor(values, 'number', page.format),
    money_exact: (page) => page.format.moneyExact,
    /** Money of another currency, to the cent: a column beside it says which. */
    amount: (page) => (value: number) => page.format.number(value, 2),
    decimals: (page) => (value: number) => page.format.number(value, 3),
    change: (page) => page.format.change,
    points: (page) => page.format.points,
    date: (page) => page.format.dateShort,
    month: (page) => page.format.month,
  }

type Drawn = ReturnType<typeof drawColumn>
type Shown = Drawn['cells'][number]

/** A row of totals has no name of its own, and nothing to say in the other columns of names. */
function totalCell(cell: Shown, at: number, page: Page): Shown {
  if (cell.text !== unknown) return cell
  if (at === 0) return { ...cell, text: page.words.say('page.total') }
  return cell.kind === 'text' ? { ...cell, text: '' } : cell
}

const valuesOf = ({ name, as }: Column, rows: Row[], page: Page): Cell[] =>
  rows.map((row) => shown(localised(row, name, page.locale) ?? null, as, page))

function valuesAlike(column: Column, columns: Column[], rows: Row[], page: Page): Cell[] {
  const group = columns.filter((other) => other === column || (column.alike && other.alike === column.alike))
  return group.flatMap((one) => valuesOf(one, rows, page))
}

/** `scaled` are the values that decide how finely the column is written. */
function drawColumn(column: Column, rows: Row[], page: Page, scaled: Cell[]) {
  const values = valuesOf(column, rows, page)
  const isText = column.as === 'text' || column.as === 'sentence'
  const isDelta = column.as.startsWith('delta')
  const write = writer(column, scaled, rows, page)
  const largest = Math.max(...values.map((value) => (typeof value === 'number' ? Math.abs(value) : 0)))
  return {
    head: { label: column.label, unit: write.unit, kind: isText ? 'text' : 'number' },
    cells: values.map((value, i) => ({
      text: value === null ? unknown : write.cell(value, i),
      kind: isText ? 'text' : 'number',
      isWord: column.words !== undefined,
      value: typeof value === 'number' ? String(value) : '',
      sort: sortKey(column, value),
      sign: isDelta && typeof value === 'number' ? signOf(value, String(write.cell(value, i))) : '',
      tone: value === null ? '' : toneOf(column, value, String(write.cell(value, i))),
      bar:
        column.bar && typeof value === 'number' && largest > 0
          ? `${((Math.abs(value) / largest) * 100).toFixed(1)}%`
          : '',
    })),
  }
}

const shown = (value: Cell, as: string, { format }: Page): Cell =>
  typeof value === 'number' ? format.shown(value, as) : value

/** What a column is sorted by where it is not the number that its cell holds. */
function sortKey({ as }: Column, value: Cell): string {
  if (as === 'sparkline') return String(Array.isArray(value) ? (value.at(-1) ?? '') : '')
  return ['date', 'month'].includes(as) && value !== null ? String(value) : ''
}

/** The direction as a shape: colour alone would not reach everybody. */
const signOf = (value: number, text: string): string => (!/[1-9]/.test(text) ? '' : value > 0 ? '▲' : '▼')

function writer(column: Column, values: Cell[], rows: Row[], page: Page) {
  if (column.as === 'sparkline')
    return { unit: '', cell: (value: Cell) => sparkline(value, column.label, page) }
  if (column.as === 'delta') return { unit: '', cell: (value: Cell) => page.format.change(value as number) }
  if (column.as === 'delta_points')
    return { unit: '', cell: (value: Cell) => page.format.points(value as number) }
  if (column.as === 'sentence')
    return { unit: '', cell: (_: Cell, i: number) => sentence(page, rows[i] as Row) }
  if (column.as === 'unit') {
    const unitOf = (i: number) => String((rows[i] as Row).unit)
    return { unit: '', cell: (value: Cell, i: number) => inUnit(value as number, unitOf(i), page) }
  }
  if (column.as === 'text') {
    const { words } = column
    return {
      unit: '',
      cell: (value: Cell) => (words ? page.words.code(words, String(value)) : String(value)),
    }
  }
  const made = (formats[column.as] as (typeof formats)[string])(
    page,
    values.filter((value) => typeof value === 'number'),
  )
  if (typeof made === 'function') return { unit: '', cell: (value: Cell) => made(value as never) }
  return { unit: made.label, cell: (value: Cell) => made.format(value as number) }
}

/** A value that is written as zero is neither good nor bad. */
function toneOf({ good }: Column, value: Cell, text: string): string {
  if (!good || typeof value !== 'number' || !/[1-9]/.test(text)) return ''
  return value > 0 === (good === 'up') ? 'good' : 'bad'
}

function usedColumn({ name, label, as, words }: Column, page: Page): UsedColumn {
  const say = (row: Row): string => {
    const value = localised(row, name, page.locale) ?? null
    if (value === null) return ''
    if (as === 'sentence') return textOf(sentence(page, row).toString())
    // A course: what is not yet over has no place in it.
    if (Array.isArray(value))
      return value
        .flatMap((one) => (typeof one === 'number' ? Number(one.toPrecision(6)) : (one ?? [])))
        .join('; ')
    return words ? page.words.code(words, String(value)) : String(value)
  }
  const isText = as === 'text' || as === 'sentence' || as === 'sparkline'
  return { column: name, label, isNamed: true, as: isText ? 'text' : as, ...(isText ? { say } : {}) }
}
