import { expect, test } from 'vitest'
import type { Row } from '../../pipelines/duckdb.ts'
import { openInput } from '../../pipelines/report/chart/input.ts'
import { kinds } from '../../pipelines/report/chart/kinds.ts'
import { drawSvg } from '../../pipelines/report/chart/svg.ts'
import { colours, shadesOf } from '../../pipelines/report/chart/theme.ts'
import { openFonts } from '../../pipelines/report/fonts.ts'
import { openFormat } from '../../pipelines/report/format.ts'
import type { Locale } from '../../pipelines/report/locale.ts'
import type { Page } from '../../pipelines/report/page.ts'
import { readWords } from '../../pipelines/report/words.ts'
import { openHouse } from './fixture.ts'

const fonts = openFonts()
const project = (await openHouse()).project
const words = { en: await readWords(project, 'en'), 'zh-CN': await readWords(project, 'zh-CN') }

function draw(
  kind: string,
  rows: Row[],
  wishes: Record<string, unknown>,
  locale: Locale = 'en',
  half = false,
) {
  const measure = fonts.measure(locale)
  const page = { locale, words: words[locale], format: openFormat(locale, 'CNY'), measure } as unknown as Page
  const plot = kinds[kind]?.(
    openInput(rows, Object.keys(rows[0] as Row), { title: 'T', ...wishes }, page, half),
  )
  if (!plot) throw new Error(`no chart ${kind}`)
  return { plot, svg: drawSvg(plot, { id: 'figure-1', title: 'T', description: 'D' }, measure) }
}

/** Every text of a drawing with the box it fills, by the fonts that the page carries. */
function boxes(svg: string, locale: Locale) {
  const measure = fonts.measure(locale)
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', escaped = '']) => {
    const text = escaped.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')
    const number = (pattern: RegExp) => Number(pattern.exec(attributes)?.[1] ?? 0)
    const width = measure(
      text,
      number(/font-size:([\d.]+)px/),
      /font-weight:600/.test(attributes) ? 600 : 400,
    )
    const x = number(/translate\((-?[\d.]+)/) + number(/ x="(-?[\d.]+)"/)
    const y = number(/translate\(-?[\d.]+[ ,](-?[\d.]+)/) + number(/ y="(-?[\d.]+)"/)
    const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1]
    const left = anchor === 'end' ? x - width : anchor === 'middle' ? x - width / 2 : x
    return { text, left, right: left + width, top: y - 5, bottom: y + 5 }
  })
}

const months: Row[] = Array.from({ length: 13 }, (_, i) => ({
  month: `${2024 + Math.floor((i + 11) / 12)}-${String(((i + 11) % 12) + 1).padStart(2, '0')}-01`,
  net: 31_000_000 + 900_000 * i,
  before: 30_500_000 + 880_000 * i,
  target: i < 5 ? null : 33_000_000,
}))
const names: Row[] = [
  {
    name: 'Cannot Lose Them, of whom there are very many',
    name_zh: '不可失去的客户名称特别特别特别长的一类',
    y: 12_345_678,
    second: 1,
  },
  { name: 'Lost', name_zh: '已流失', y: -2_345_678, second: 2 },
  { name: 'New', name_zh: '新', y: 0, second: 3 },
]
const steps: Row[] = [
  'Year before',
  'Gross sales',
  'Returns',
  'Cost of goods',
  'Shipping, fulfilment, other',
  'Service',
  'Contacts',
  'This year',
].map((name, i) => ({
  name,
  name_zh: ['上年同期', '退货前销售额', '退货', '销货成本', '运费、履约及其他', '服务', '联系', '本年'][
    i
  ] as string,
  y: [9_000_000, 800_000, -300_000, -120_000, 50_000, -9_000, 0, 9_421_000][i] as number,
  total: i === 0 || i === 7,
}))
const grid: Row[] = [5, 4, 3, 2, 1].flatMap((r) =>
  [1, 2, 3, 4, 5].map((f) => ({ r, f, n: r * f * 400, v: r * f * 1_234_567 })),
)
const curve: Row[] = Array.from({ length: 10 }, (_, i) => ({
  x: (i + 1) / 10,
  y: 1 - (1 - (i + 1) / 10) ** 3,
  mark: i < 2 || i === 4,
}))
const bins: Row[] = Array.from({ length: 14 }, (_, i) => ({
  low: i === 0 ? null : (i - 1) * 25_000,
  high: i === 13 ? null : i * 25_000,
  mvc: i * 30,
  mgc: 50,
  core: 4_000 - i * 250,
  bz: i === 0 ? 900 : 0,
}))
const groups: Row[] = ['0', '1', '2', '3', '4', '5', '6', '7+'].map((g, i) => ({
  g,
  p: i * 0.71,
  a: i * 0.75 + 0.1,
}))

const lifts: Row[] = [
  { name: 'Spring catalogue, to those who have bought before', y: 0.021, lower: 0.012, upper: 0.03 },
  { name: 'Autumn', y: 0.004, lower: -0.006, upper: 0.014 },
  { name: '双十一', y: -0.013, lower: -0.02, upper: -0.006 },
  { name: 'No control', y: 0.01, lower: null, upper: null },
]
const twoCurves: Row[] = ['Forecast', 'Scores'].flatMap((ranking, k) =>
  curve.map((row) => ({ ...row, ranking, y: 1 - (1 - Number(row.x)) ** (3 - k) })),
)
const moves: Row[] = ['Champions', 'Loyal', 'New', 'Lost'].flatMap((from, i) =>
  ['Loyal', 'Champions', 'Lost', 'Outside'].map((to, j) => ({
    from,
    to,
    n: i === 2 ? 1 : 3000 - 700 * i - 10 * j,
    tone: j > i ? 'bad' : 'good',
  })),
)
const triangle: Row[] = Array.from({ length: 13 }, (_, i) =>
  Array.from({ length: 13 }, (_, age) => ({
    month: `2025-${String((i % 12) + 1).padStart(2, '0')}-01`.replace('2025', i === 12 ? '2026' : '2025'),
    age,
    share: age > 12 - i ? null : age === 0 ? 1 : 0.42 / age,
  })),
).flat()
const parts: Row[] = ['Green tea', 'Oolong', 'Pu’er', 'Caddies', 'Gift boxes', 'Other'].map((name, i) => ({
  name,
  y: 5_000_000 / (i + 1),
}))

const charts: [string, Row[], Record<string, unknown>][] = [
  ['trend', months, { x: 'month', y: 'net', before: 'before', target: 'target', unit: 'money' }],
  ['bar', names, { x: 'name', y: 'y', unit: 'money' }],
  ['column', names, { x: 'name', y: 'second', unit: 'number' }],
  ['waterfall', steps, { x: 'name', y: 'y', total: 'total', unit: 'money' }],
  [
    'heatmap',
    grid,
    {
      x: 'f',
      y: 'r',
      value: 'n',
      second: 'v',
      unit: 'customers',
      second_unit: 'money',
      x_label: 'Frequency score',
      y_label: 'Recency score',
    },
  ],
  ['concentration', curve, { x: 'x', y: 'y', mark: 'mark', x_label: 'customers', y_label: 'value' }],
  [
    'distribution',
    bins,
    {
      from: 'low',
      to: 'high',
      groups: 'mvc,mgc,core,bz',
      words: 'tiers',
      unit: 'customers',
      bin_unit: 'money',
    },
  ],
  ['calibration', groups, { group: 'g', x: 'p', y: 'a', unit: 'number' }],
  ['forest', lifts, { x: 'name', y: 'y', lower: 'lower', upper: 'upper', unit: 'percent' }],
  ['gains', curve, { x: 'x', y: 'y', x_label: 'customers', y_label: 'buyers' }],
  ['gains', twoCurves, { x: 'x', y: 'y', group: 'ranking', x_label: 'customers', y_label: 'buyers' }],
  ['sankey', moves, { from: 'from', to: 'to', y: 'n', tone: 'tone', words: 'segments', unit: 'customers' }],
  ['cohort', triangle, { x: 'age', y: 'month', value: 'share', unit: 'percent', x_label: 'Months since' }],
  [
    'multiples',
    ['Online shop', '门店', 'A name that is far too long for the panel it stands over'].flatMap((name, i) =>
      months.map((row) => ({ ...row, name, net: Number(row.net) / (i + 1) })),
    ),
    { group: 'name', x: 'month', y: 'net', before: 'before', unit: 'money' },
  ],
  ['pareto', parts, { x: 'name', y: 'y', unit: 'money' }],
]

for (const [kind, rows, wishes] of charts) {
  for (const locale of ['en', 'zh-CN'] as const) {
    for (const half of [false, true]) {
      // Long names side by side have no room in a half: the page gives them a bar chart instead.
      if (half && ['column', 'waterfall', 'cohort', 'pareto'].includes(kind)) continue
      test(`${kind}, ${locale}, ${half ? 'half' : 'full'} width: no label is cut and none lies on another`, () => {
        const { plot, svg } = draw(kind, rows, wishes, locale, half)
        const texts = boxes(svg, locale)
        expect(texts.length).toBeGreaterThan(2)
        const cut = texts.filter(
          ({ left, right, top, bottom }) =>
            left < -1 || right > plot.width + 1 || top < -1 || bottom > plot.height + 1,
        )
        expect(cut).toEqual([])
        const overlaps = texts.flatMap((a, i) =>
          texts
            .slice(i + 1)
            .filter(
              (b) =>
                a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2,
            )
            .map((b) => [a.text, b.text]),
        )
        expect(overlaps).toEqual([])
      })
    }
  }
}

test('a drawing has title and description, its own ids, and only colours of the style sheet', () => {
  const { svg } = draw('trend', months, { x: 'month', y: 'net', before: 'before', unit: 'money' })
  expect(svg).toMatch(
    /^<svg class="chart" role="img" aria-labelledby="figure-1-title figure-1-desc" viewBox="0 0 680 210"><title id="figure-1-title">T<\/title><desc/,
  )
  expect(svg.match(/zr\d/)).toBeNull()
  expect(svg.match(/<style/)).toBeNull()
  const fixed = [...svg.matchAll(/(?:fill|stroke)="(#[^"]+|rgb[^"]+)"/g)]
    .map(([, colour]) => colour)
    .filter((colour) => colour !== '#000')
  expect(fixed).toEqual([])
  expect(new Set(Object.values(colours)).size).toBe(Object.keys(colours).length)
})

test('drawing the same twice gives the same text', () => {
  const once = draw('heatmap', grid, charts[4]?.[2] ?? {}).svg
  expect(draw('heatmap', grid, charts[4]?.[2] ?? {}).svg).toBe(once)
})

test('a waterfall foots: the last total stands where the steps end', () => {
  const { plot } = draw('waterfall', steps, { x: 'name', y: 'y', total: 'total', unit: 'money' })
  const data = (plot.option.series as { data: number[][] }[])[0]?.data ?? []
  expect(data.at(-2)?.[2]).toBe(data.at(-1)?.[2])
})

test('an interval that leaves nought behind is good or bad, one that holds it is grey', () => {
  const { svg, plot } = draw('forest', lifts, {
    x: 'name',
    y: 'y',
    lower: 'lower',
    upper: 'upper',
    unit: 'percent',
  })
  const inks = [...svg.matchAll(/<path[^>]*fill="var\(--(\w+)\)"/g)].map(([, ink]) => ink)
  expect(inks).toEqual(['good', 'before', 'bad', 'primary'])
  expect(plot.described[1]?.value).toBe('0.4% (−0.6% – 1.4%)')
  const costs = draw('forest', lifts, {
    x: 'name',
    y: 'y',
    lower: 'lower',
    upper: 'upper',
    unit: 'percent',
    good: 'down',
  })
  expect(costs.svg).toMatch(/fill="var\(--bad\)"[\s\S]*fill="var\(--before\)"[\s\S]*fill="var\(--good\)"/)
})

test('streams of a Sankey chart foot on both sides and fill their groups', () => {
  const { plot } = draw('sankey', moves, { from: 'from', to: 'to', y: 'n', unit: 'customers' })
  const sides = ['left', 'right'].map((_, side) => {
    const names = new Set(moves.map((row) => row[side === 0 ? 'from' : 'to']))
    return [...names].map((name) =>
      moves.reduce((sum, row) => (row[side === 0 ? 'from' : 'to'] === name ? sum + Number(row.n) : sum), 0),
    )
  })
  const all = moves.reduce((sum, row) => sum + Number(row.n), 0)
  expect(sides.map((sums) => sums.reduce((a, b) => a + b))).toEqual([all, all])
  expect(plot.described).toHaveLength(moves.length)
  expect(plot.described[0]).toMatchObject({ label: 'Champions → Loyal: 3,000', size: 3000 })
})

test('the future of a cohort is empty: as many marks as there are values', () => {
  const { plot, svg } = draw('cohort', triangle, {
    x: 'age',
    y: 'month',
    value: 'share',
    unit: 'percent',
    x_label: 'Month',
  })
  const known = triangle.filter(({ share }) => share !== null).length
  expect(plot.described).toHaveLength(known)
  expect(svg.match(/<title>/g)).toHaveLength(known)
  expect(plot.described.at(-1)).toMatchObject({ label: 'January 2026, Month 0', value: '100.0%' })
})

test('a Pareto line ends at the whole', () => {
  const { plot } = draw('pareto', parts, { x: 'name', y: 'y', unit: 'money' })
  expect(plot.unit).toBe('¥ million; line: share together')
  expect(plot.described.map(({ value }) => value.split('together ')[1])).toEqual([
    '41%',
    '61%',
    '75%',
    '85%',
    '93%',
    '100%',
  ])
})

test('names of the data are text, whatever they hold', () => {
  const { svg } = draw('bar', [{ name: '<b onload="x">&', y: 1 }], { x: 'name', y: 'y', unit: 'money' })
  expect(svg).toContain('&lt;b onload=&quot;x&quot;&gt;&amp;')
  expect(svg).not.toContain('<b ')
})

test('a code is put in words by the first of several groups that has it, and by none is a fault', () => {
  const groups = 'kinds countries channel_kinds'
  const said = ['all', 'HK', 'US', 'online'].map((code) => words.en.code(groups, code))
  expect(said).toEqual(['All customers', 'Hong Kong', 'US', 'Online shop'])
  expect(() => words.en.code(groups, 'nobody')).toThrow('no words for kinds.nobody')
})

test('a busy machine breaks labels where an idle one does', () => {
  // In a face of narrow letters but for the a. The engine gives up measuring letters when it takes long.
  const slow = (text: string, size: number) => {
    for (const until = performance.now() + 1; performance.now() < until; );
    return [...text].reduce((width, letter) => width + (letter === 'a' ? 1 : 0.3) * size, 0)
  }
  const svgIn = (fontSize: number) => {
    const axisLabel = { fontSize, width: 60, overflow: 'break' as const, interval: 0 }
    const option = {
      xAxis: { type: 'category' as const, data: ['Fulfilments'], axisLabel },
      yAxis: { type: 'value' as const },
      series: [{ type: 'bar' as const, data: [1] }],
    }
    return drawSvg({ option, width: 300, height: 200 }, { id: 'f', title: 'T', description: 'D' }, slow)
  }
  for (const fontSize of [13.7, 13.8]) expect(svgIn(fontSize)).toContain('>Fulfilments<')
})

test('shades run from nought, or from the least where all values lie far above it', () => {
  expect([0, 1, 50, 100].map(shadesOf([1, 50, 100]))).toEqual([0, 1, 3, 6])
  expect([0.17, 0.25, 0.34].map(shadesOf([0.17, 0.25, 0.34]))).toEqual([1, 3, 6])
  expect([-1, 0].map(shadesOf([-1, 0]))).toEqual([0, 0])
})
