import type { Row } from '../../duckdb.ts'
import { textWidth } from '../../text-width.ts'
import type { Facts } from '../page.ts'
import type { Rendered } from '../render.ts'
import { type Origin, originOf } from '../results.ts'
import type { UsedColumn } from '../uses.ts'
import { type Format, formats, type Sheet, type SheetCell } from './parts.ts'
import type { Bound } from './workbook.ts'

/** A query behind figures, with what the pages of all languages say of it. */
export interface Table {
  sheet: string
  page: Rendered
  origin: Origin
  rows: Row[]
  /** Titles of the figures, a text for each language. */
  titles: string[]
  columns: TableColumn[]
}

interface TableColumn {
  column: string
  /** The same column as the page of each language has it. */
  used: UsedColumn[]
}

/** Tables in the order of the pack. */
export function tablesOf({ pages, results }: Bound): Table[] {
  const byReport = Map.groupBy(pages, ({ report }) => report.name)
  const taken = new Set<string>()
  return [...byReport].flatMap(([name, editions]) => {
    const queries = new Set(editions.flatMap(({ uses }) => uses.map(({ query }) => query)))
    return [...queries].flatMap((query): Table[] => {
      const result = results.get(name)?.[query]
      const origin = originOf(result)
      if (result === undefined || origin === undefined) return []
      return [
        {
          sheet: freeName(sheetName(name, query), taken),
          page: editions[0] as Rendered,
          origin,
          rows: Array.isArray(result) ? result : [result],
          titles: editions.map(({ uses }) =>
            [
              ...new Set(uses.filter((use) => use.query === query && use.title).map(({ title }) => title)),
            ].join('; '),
          ),
          columns: columnsOf(editions, query),
        },
      ]
    })
  })
}

/** As a spreadsheet program allows it: at most 31 characters. */
export const sheetName = (report: string, query: string): string => `${report}.${query}`.slice(0, 31)

function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name.slice(0, 28)}~${n}`
  taken.add(free.toLowerCase())
  return free
}

function columnsOf(editions: Rendered[], query: string): TableColumn[] {
  const columns = new Map<string, UsedColumn[]>()
  for (const { uses } of editions) {
    const own = uses.filter((use) => use.query === query).flatMap((use) => use.columns)
    // A name that a page gives goes before that of a role in a chart.
    const named = [...own.filter(({ isNamed }) => isNamed), ...own]
    const first = new Map(named.toReversed().map((used) => [used.column, used]))
    for (const { column } of own) {
      const used = first.get(column)
      if (used) columns.set(column, [...(columns.get(column) ?? []), used])
      first.delete(column)
    }
  }
  return [...columns].map(([column, used]) => ({ column, used }))
}

/** The sheet of a table: its columns headed in every language; text that differs by language in a column of each. */
export function sheetOf({ sheet, rows, columns }: Table, { currency, exchange }: Facts): Sheet {
  const drawn = columns.flatMap(({ column, used }) =>
    apart(used, rows).map((same) => ({ column, head: headOf(same), used: same[0] as UsedColumn })),
  )
  return {
    name: sheet,
    head: [drawn.map(({ head }) => head)],
    rows: cellsOf(rows, drawn, exchange?.rate ?? 1),
    widths: drawn.map(({ head, used }) => {
      const texts = used.say ? rows.map(used.say) : []
      const widest = Math.max(used.say ? 12 : 10 + currency.length, ...texts.map(textWidth))
      return Math.min(60, Math.max(widest, Math.min(46, textWidth(head))) + 2)
    }),
  }
}

function* cellsOf(
  rows: Row[],
  columns: { column: string; used: UsedColumn }[],
  rate: number,
): Generator<SheetCell[]> {
  for (const row of rows) yield columns.map(({ column, used }) => cellOf(row, column, used, rate))
}

function cellOf(row: Row, column: string, { as, say }: UsedColumn, rate: number): SheetCell {
  if (say) return { text: say(row) }
  const value = row[column] ?? null
  if (value === null) return null
  if (as === 'date' || as === 'month') return { date: String(value), format: as }
  if (typeof value === 'number') {
    const format = formatOf(as === 'unit' ? String(row.unit) : as)
    return { number: format === 'money' ? value * rate : value, format }
  }
  return { text: Array.isArray(value) ? value.join('; ') : String(value) }
}

const shares = new Set(['percent', 'change', 'points', 'delta', 'delta_points'])

/** Anything that is not named counts things. */
function formatOf(as: string): Format {
  if (shares.has(as)) return 'percent'
  if (as === 'money_exact') return 'money'
  return as in formats ? (as as Format) : 'count'
}

/** Languages whose texts of a column are the same share one. */
function apart(used: UsedColumn[], rows: Row[]): UsedColumn[][] {
  const texts = ({ say }: UsedColumn) => (say ? JSON.stringify(rows.map(say)) : '')
  return [...Map.groupBy(used, texts).values()]
}

const headOf = (used: UsedColumn[]): string =>
  [...new Set(used.map(({ label }) => label))].filter(Boolean).join(' / ') || (used[0]?.column ?? '')
