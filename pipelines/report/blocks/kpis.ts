import type { Row } from '../../duckdb.ts'
import { type Page, pageOf } from '../page.ts'
import type { HelperOptions, Helpers } from '../template.ts'
import type { UsedColumn } from '../uses.ts'
import { rowsFor } from './figure.ts'
import { inUnit, listed } from './values.ts'

export const kpiHelpers: Helpers = {
  /**
   * `{{kpis kpis}}`: rows of (code, unit, value, prior, year_before, target, good). `unit` is money, percent, number or
   * count; `good` is up or down; comparisons may be null or left out: one that no figure has is said once, and one that
   * a figure alone has not is not mentioned at it. A figure that is null is left out and named. Names stand in the front matter under `kpis`.
   */
  kpis(data: unknown, options: HelperOptions) {
    const page = pageOf(options)
    const { rows, origin } = rowsFor('kpis', data)
    const known = rows.filter(({ value }) => value !== null)
    const shown = comparisonsOf(known)
    page.shows({ query: origin.query, title: '', columns: columnsOf(rows, page) })
    if (rows.length === 0) return ''
    const tiles = known.map((row) => tile(row, shown, page))
    const absent = listed(
      page,
      rows.filter(({ value }) => value === null).map((row) => nameOf(row, page).label),
    )
    return page.fill('kpis', {
      tiles,
      // Rows of a like number of tiles, as far as can be.
      across: tiles.length === 5 || tiles.length === 6 ? 'three' : '',
      absent,
      missing: shown.missing.map((than) => page.words.say(`kpis.no_${than}`)),
      query: origin.query,
      models: origin.models,
      id: page.id('kpis'),
    })
  },
}

/** A figure is told by its name; each has its own unit. */
function columnsOf(rows: Row[], page: Page): UsedColumn[] {
  const { words } = page
  const named = (['value', 'prior', 'year_before', 'target'] as const).filter((column) =>
    rows.some((row) => column in row),
  )
  return [
    {
      column: 'code',
      label: words.code('roles', 'x'),
      isNamed: false,
      as: 'text',
      say: (row) => nameOf(row, page).label,
    },
    ...named.map((column) => ({ column, label: words.code('roles', column), isNamed: false, as: 'unit' })),
  ]
}

type Comparison = 'prior' | 'year_before' | 'target'

/** What at least one figure is compared with, and what the query names and no figure has. */
function comparisonsOf(rows: Row[]): { known: Comparison[]; missing: Comparison[] } {
  const named = (['prior', 'year_before', 'target'] as const).filter((than) =>
    rows.some((row) => than in row),
  )
  const known = named.filter((than) => rows.some((row) => row[than] !== null))
  return { known, missing: named.filter((than) => !known.includes(than)) }
}

function nameOf(row: Row, page: Page) {
  const named = page.edition.front.kpis[String(row.code)]
  if (!named)
    throw new Error(`the page does not name the figure ${row.code}: add it under kpis in the front matter`)
  return named
}

function tile(row: Row, { known }: { known: Comparison[] }, page: Page) {
  const { label, note = '' } = nameOf(row, page)
  const value = page.format.shown(row.value as number, String(row.unit))
  const than = known.filter((one) => one !== 'target')
  return {
    code: String(row.code),
    label,
    note,
    value: inUnit(value, String(row.unit), page),
    exact: String(value),
    comparisons: than.flatMap((one) => comparison(row, one, page) ?? []),
    target: known.includes('target') ? target(row, page) : null,
  }
}

/** A share, or a balance of shares such as NPS: told in points, not in per cent of itself. */
const isShare = ({ unit }: Row): boolean => unit === 'percent' || unit === 'points'

/**
 * A change against an earlier period: in points for shares, in per cent for the rest; but what was nought or a loss has
 * no per cent, and its change is told in its own unit.
 */
function comparison(row: Row, than: Comparison, page: Page) {
  const value = row.value as number
  const before = (row[than] ?? null) as number | null
  if (before === null) return undefined
  const change = value - before
  return {
    label: page.words.say(`kpis.${than}`),
    text: writeChange(change, before, row, page),
    ...direction(before > 0 && !isShare(row) ? change / before : change, row.good),
  }
}

function writeChange(change: number, before: number, row: Row, page: Page): string {
  if (isShare(row)) return page.format.points(change)
  if (before > 0) return page.format.change(change / before)
  const unit = String(row.unit)
  const text = inUnit(page.format.shown(change, unit), unit, page)
  return change > 0 ? `+${text}` : text
}

function target(row: Row, page: Page) {
  const { words, format } = page
  const goal = (row.target ?? null) as number | null
  const value = row.value as number
  if (goal === null) return null
  if (goal <= 0) return null
  const share = value / goal
  const isMet = row.good === 'down' ? share <= 1 : share >= 1
  return {
    text: isShare(row)
      ? words.say('kpis.target', { value: inUnit(goal, String(row.unit), page) })
      : words.say('kpis.of_target', { share: format.percent(share) }),
    tone: isMet ? 'good' : 'bad',
    share: `${(Math.min(share, 1) * 100).toFixed(1)}%`,
  }
}

/** Shape as well as colour: who cannot tell the colours apart reads the arrow. */
function direction(change: number, good: unknown): { tone: string; sign: string } {
  if (Math.abs(change) < 0.0005) return { tone: '', sign: '' }
  const rises = change > 0
  const tone = good === 'up' || good === 'down' ? (rises === (good === 'up') ? 'good' : 'bad') : ''
  return { tone, sign: rises ? '▲' : '▼' }
}
