import Handlebars from 'handlebars'
import type { Row } from '../../duckdb.ts'
import { didYouMean } from '../../near-miss.ts'
import { openInput, type Plot } from '../chart/input.ts'
import { kinds } from '../chart/kinds.ts'
import { drawSvg } from '../chart/svg.ts'
import { type Page, pageOf } from '../page.ts'
import { type Origin, originOf } from '../results.ts'
import type { HelperOptions, Helpers } from '../template.ts'
import { sheetName } from '../workbook/tables.ts'
import { isReadable, rowsBehind, useOfChart } from './behind.ts'

export const figureHelpers: Helpers = {
  /** `{{chart 'bar' data=segments x='segment' y='margin' unit='money' title='…'}}` */
  chart(kind: string, options: HelperOptions) {
    const page = pageOf(options)
    const { data, ...wishes } = options.hash
    const { rows, origin } = rowsFor('chart', data)
    const draw = kinds[kind]
    if (!draw)
      throw new Error(
        `there is no chart ${kind}: ${didYouMean(kind, Object.keys(kinds)) ?? Object.keys(kinds).join(', ')}`,
      )
    if (typeof wishes.title !== 'string')
      throw new Error("a chart needs title='…': it is also read to those who cannot see it")
    const input = openInput(rows, origin.columns, wishes, page, options.data.half === true)
    const value = ['y', 'value', 'x'].find((role) => wishes[role] !== undefined)
    if (rows.length === 0 || (value && kind !== 'distribution' && !input.has(value)))
      return nothing(page, wishes, origin)
    const plot = withUnit(draw(input), kind, page, wishes)
    page.shows(useOfChart(page, origin, wishes.title, input.read, input.wish('words')))
    return figure(
      page,
      plot,
      wishes,
      origin,
      isReadable(rows) ? rowsBehind(page, rows, input.read, input.wish('words')) : undefined,
    )
  },
  /** Two figures side by side. */
  pair(options: HelperOptions) {
    const data = Handlebars.createFrame(options.data)
    data.half = true
    return new Handlebars.SafeString(`<div class="pair">${options.fn(this, { data })}</div>`)
  },
  /** `{{#leaf}}…{{/leaf}}`: on paper, one of several begins on a page of its own. */
  leaf(this: unknown, options: HelperOptions) {
    return new Handlebars.SafeString(`<section class="leaf">${options.fn(this)}</section>`)
  },
}

/** Rows of a query, with their origin; a figure of anything else could not be traced. */
export function rowsFor(block: string, data: unknown): { rows: Row[]; origin: Origin } {
  const origin = originOf(data)
  if (!origin) throw new Error(`${block} needs rows that a query of this report gave`)
  return { rows: Array.isArray(data) ? (data as Row[]) : [data as Row], origin }
}

/** Numbers without a unit say nothing. A share carries its own at every number, and is named all the same. */
function withUnit(plot: Plot, kind: string, page: Page, wishes: Record<string, unknown>): Plot {
  if (plot.unit !== '') return plot
  if (wishes.unit === 'percent') return { ...plot, unit: page.words.say('chart.percent') }
  throw new Error(`a chart needs its unit: unit='…', and with unit='number' also unit_label='…' (${kind})`)
}

function figure(
  page: Page,
  plot: Plot,
  wishes: Record<string, unknown>,
  origin: Origin,
  behind: ReturnType<typeof rowsBehind> | undefined,
) {
  const id = page.id('figure')
  const title = String(wishes.title)
  const description = describe(plot, page)
  return page.fill('figure', {
    id,
    title,
    unit: plot.unit,
    note: wishes.note ?? '',
    behind,
    sheet: sheetName(page.report.name, origin.query),
    key: plot.key ?? [],
    svg: new Handlebars.SafeString(drawSvg(plot, { id, title, description }, page.measure)),
    query: origin.query,
    models: origin.models,
  })
}

/** A figure that has no data says so, and what it would need. */
function nothing(page: Page, wishes: Record<string, unknown>, origin: Origin) {
  return page.fill('nothing', {
    title: wishes.title,
    needs: wishes.needs ?? '',
    query: origin.query,
    models: origin.models,
  })
}

/** So few are all told; of more, the extremes. */
const few = 8

/** Unit and figures of a chart in words, for who cannot see it. */
function describe({ unit: named, described }: Plot, { words }: Page): string {
  const unit = named.replace(/[.。]$/, '')
  const told = ({ label, value }: Plot['described'][number]) => (value ? `${label}: ${value}` : label)
  const sized = described.filter(({ size }) => typeof size === 'number')
  const [first, last] = [described[0], described.at(-1)]
  if (described.length <= few || sized.length === 0 || !first || !last)
    return [unit, described.map(told).join('; ')].filter(Boolean).join('. ')
  const bySize = sized.toSorted((a, b) => Number(a.size) - Number(b.size))
  const [lowest, highest] = [bySize[0] ?? first, bySize.at(-1) ?? last]
  return [
    unit,
    words.say('chart.values', { count: String(described.length) }),
    words.say('chart.from_to', { first: told(first), last: told(last) }),
    words.say('chart.extremes', { highest: told(highest), lowest: told(lowest) }),
  ].join('. ')
}
