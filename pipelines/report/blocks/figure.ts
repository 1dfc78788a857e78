import Handlebars from 'handlebars'
import type { Row } from '../../duckdb.ts'
import { didYouMean } from '../../near-miss.ts'
import { openInput, type Plot } from '../chart/input.ts'
import { kinds } from '../chart/kinds.ts'
import { drawSvg } from '../chart/svg.ts'
import { type Page, pageOf } from '../page.ts'
import { type Origin, originOf } from '../results.ts'
import type { HelperOptions, Helpers } from '../template.ts'

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
    return figure(page, draw(input), wishes, origin)
  },
  /** Two figures side by side. */
  pair(options: HelperOptions) {
    const data = Handlebars.createFrame(options.data)
    data.half = true
    return new Handlebars.SafeString(`<div class="pair">${options.fn(this, { data })}</div>`)
  },
}

/** Rows of a query, with their origin; a figure of anything else could not be traced. */
export function rowsFor(block: string, data: unknown): { rows: Row[]; origin: Origin } {
  const origin = originOf(data)
  if (!origin) throw new Error(`${block} needs rows that a query of this report gave`)
  return { rows: Array.isArray(data) ? (data as Row[]) : [data as Row], origin }
}

function figure(page: Page, plot: Plot, wishes: Record<string, unknown>, origin: Origin) {
  const id = page.id('figure')
  const title = String(wishes.title)
  const description = describe(plot)
  return page.fill('figure', {
    id,
    title,
    unit: plot.unit,
    note: wishes.note ?? '',
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

function describe(plot: Plot): string {
  const parts = plot.described.map(({ label, value }) => (value ? `${label}: ${value}` : label))
  return [plot.unit, parts.join('; ')].filter(Boolean).join('. ')
}
