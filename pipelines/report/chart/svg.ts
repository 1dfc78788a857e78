import { createRequire } from 'node:module'
import type { EChartsOption } from 'echarts'
import type { Measure } from '../fonts.ts'
import { colours, family } from './theme.ts'

export interface Drawing {
  option: EChartsOption
  width: number
  height: number
  /** Text shown over a mark, by series and item. */
  hover?: (series: number, item: number) => string | undefined
}

export interface Names {
  /** Unique on the page. */
  id: string
  title: string
  description: string
}

/** One bundled file: its hundreds of modules take seven times as long to load. Only a run that draws pays for it. */
const engine = () => createRequire(import.meta.url)('echarts/dist/echarts.min.js') as typeof import('echarts')

/** Draws a chart as an SVG element for a page: its colours are the style sheet's, its ids are its own, it moves nothing. */
export const drawSvg = (drawing: Drawing, names: Names, measure: Measure): string =>
  whileTimeStands(() => draw(drawing, names, measure))

/**
 * The engine times how long it takes to measure letters, and on a busy machine takes all of them for as wide as an "a":
 * labels would break elsewhere than in the same night made again. While it draws, it is always the same moment.
 */
function whileTimeStands<T>(work: () => T): T {
  const moving = globalThis.Date
  globalThis.Date = new Proxy(moving, {
    construct: (date, given) => Reflect.construct(date, given.length === 0 ? [0] : given),
  })
  try {
    return work()
  } finally {
    globalThis.Date = moving
  }
}

function draw(drawing: Drawing, names: Names, measure: Measure): string {
  const echarts = engine()
  echarts.setPlatformAPI({
    measureText: (text, font = '') => ({ width: measureIn(font, text ?? '', measure) }),
  })
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: drawing.width,
    height: drawing.height,
  })
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: family }, ...drawing.option })
    return dress(chart.renderToSVGString({ useViewBox: true }), drawing, names)
  } finally {
    chart.dispose()
  }
}

/** `font` as CSS writes it: `600 11px Pack`. */
function measureIn(font: string, text: string, measure: Measure): number {
  const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12)
  return measure(text, size, /\b(600|700|bold)\b/.test(font) ? 600 : 400)
}

const tokens = new Map<string, string>(
  Object.entries(colours).map(([name, value]) => [value, `var(--${name})`]),
)

function dress(svg: string, drawing: Drawing, { id, title, description }: Names): string {
  const inner = svg
    .replace(/^<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<style\s*>[\s\S]*?<\/style>/g, '')
    .replace(/<rect [^>]*fill="none"[^>]*><\/rect>/, '')
    .replace(/ (class="zr[^"]*"|pointer-events="[^"]*")/g, '')
    .replace(/(url\(#|id=")zr\d+-/g, `$1${id}-`)
    .replace(/font-family:[^;"]*;/g, '')
    .replace(/="(#[0-9a-f]{6})"/g, (whole, colour: string) =>
      tokens.has(colour) ? `="${tokens.get(colour)}"` : whole,
    )
    .replace(
      / ecmeta_series_index="(\d+)" ecmeta_data_index="(\d+)" ecmeta_ssr_type="chart"([^>]*)>(?=<\/)/g,
      (_, series, item, rest) => {
        const hover = drawing.hover?.(Number(series), Number(item))
        return `${rest}>${hover ? `<title>${escaped(hover)}</title>` : ''}`
      },
    )
    .replace(/ ecmeta_\w+="[^"]*"/g, '')
    .replace(/\n+/g, '\n')
  const labels = `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-desc">${escaped(description)}</desc>`
  return `<svg class="chart" role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${drawing.width} ${drawing.height}">${labels}${inner}</svg>`
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
