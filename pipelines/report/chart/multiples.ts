import { type ChartInput, hairline, label, type Plot, scaleAxis } from './input.ts'
import { type Colour, colours } from './theme.ts'

const panelHeight = 84
const head = 18
const foot = 30
const gap = 16

interface Panel {
  name: string
  months: string[]
  values: (number | null)[]
  before: (number | null)[]
}

/**
 * Small multiples: a line over months (`x`, `y`, and the year before in `before`) for each `group`, in panels of one
 * scale, so that they can be compared by eye. Panels stand in the order of the rows; the last value stands at its end.
 */
export function multiples(input: ChartInput): Plot {
  const { format, words } = input.page
  const panels = panelsOf(input)
  const all = panels.flatMap(({ values, before }) => [...values, ...before]).filter((value) => value !== null)
  const scale = input.scale(all, 'axis')
  const step = stepFor(Math.max(...all) - Math.min(0, ...all))
  const [lowest, highest] = [
    Math.floor(Math.min(0, ...all) / step) * step,
    Math.ceil(Math.max(...all) / step) * step,
  ]
  const ticks = scaleAxis(scale, [lowest, highest])
  const lastOf = ({ values }: Panel) => scale.format(values.findLast((value) => value !== null) ?? 0)
  const axisWidth =
    Math.max(...[step, highest].map((value) => input.measure(ticks.axisLabel.formatter(value)))) + 12
  const tipWidth = Math.max(...panels.map((panel) => input.measure(lastOf(panel), 600))) + 12
  const columns = Math.max(1, Math.min(panels.length, Math.floor(input.width / 165)))
  const width = (input.width - axisWidth - (columns - 1) * gap) / columns
  const lines = Math.ceil(panels.length / columns)
  const hasBefore = input.has('before')
  const boxes = panels.map((_, i) => ({
    left: axisWidth + (i % columns) * (width + gap),
    top: head + Math.floor(i / columns) * (panelHeight + head + foot),
    width: width - tipWidth,
    height: panelHeight,
  }))
  const valueAt = (panel: Panel, i: number) =>
    [
      `${scale.format(panel.values[i] ?? 0)}`,
      panel.before[i] !== null &&
        hasBefore &&
        `${words.say('chart.year_before')} ${scale.format(panel.before[i] as number)}`,
    ]
      .filter(Boolean)
      .join(', ')
  // Two series a panel: the year before lies under this year.
  const panelOf = (series: number) => panels[Math.floor(series / 2)]
  return {
    width: input.width,
    height: lines * (panelHeight + head + foot),
    unit: [scale.label, words.say('chart.one_scale')].filter(Boolean).join(' · '),
    ...(hasBefore
      ? {
          key: [
            { colour: 'primary' as Colour, label: words.say('chart.this_year') },
            { colour: 'before' as Colour, label: words.say('chart.year_before') },
          ],
        }
      : {}),
    described: panels.map((panel) => {
      const last = panel.values.findLastIndex((value) => value !== null)
      return {
        label: panel.name,
        value: `${format.month(panel.months[last] as string)} ${valueAt(panel, last)}`,
        size: panel.values[last] ?? null,
      }
    }),
    hover: (series, item) => {
      const panel = panelOf(series)
      return (
        panel &&
        `${panel.name}, ${format.month(panel.months[item] as string)}: ${valueAt(panel, item)} ${scale.label}`.trim()
      )
    },
    option: {
      title: panels.map((panel, i) => ({
        text: panel.name,
        left: (boxes[i]?.left ?? 0) - 5,
        top: (boxes[i]?.top ?? 0) - head - 3,
        padding: [4, 5],
        textStyle: {
          ...label('ink', 600),
          width,
          overflow: 'truncate' as const,
        },
      })),
      grid: boxes.map((box) => ({ ...box, containLabel: false })),
      xAxis: panels.map(({ months }, i) => ({
        type: 'category' as const,
        gridIndex: i,
        data: ends(months, boxes[i]?.width ?? 0, input),
        boundaryGap: false,
        axisLine: { lineStyle: hairline() },
        axisTick: { show: false },
        axisLabel: {
          ...label(),
          interval: 0,
          alignMinLabel: 'left' as const,
          alignMaxLabel: 'right' as const,
        },
      })),
      yAxis: panels.map((_, i) => ({
        ...ticks,
        gridIndex: i,
        min: lowest,
        max: highest,
        interval: step,
        axisLabel: {
          ...ticks.axisLabel,
          show: i % columns === 0,
        },
      })),
      series: panels.flatMap((panel, i) => [
        line(i, panel.before, 'before', 1.5, ''),
        line(i, panel.values, 'primary', 2.25, lastOf(panel)),
      ]),
    },
  }
}

function panelsOf(input: ChartInput): Panel[] {
  const names = input.texts('group')
  const months = input.months('x')
  const values = input.numbers('y')
  const before = input.has('before') ? input.numbers('before') : months.map(() => null)
  const panels = new Map<string, Panel>()
  for (const [i, name] of names.entries()) {
    const panel = panels.get(name) ?? { name, months: [], values: [], before: [] }
    panel.months.push(months[i] as string)
    panel.values.push(values[i] ?? null)
    panel.before.push(before[i] ?? null)
    panels.set(name, panel)
  }
  return [...panels.values()]
}

/** The first and the last month; the last alone where both have no room. */
function ends(months: string[], width: number, { measure, page: { format } }: ChartInput): string[] {
  const [first, last] = [format.month(months[0] as string), format.month(months.at(-1) as string)]
  const hasRoom = measure(first) + measure(last) + 8 <= width
  return months.map((_, i) => (i === months.length - 1 ? last : i === 0 && hasRoom ? first : ''))
}

/** A round number of which two or three reach over the panel: 1, 2 or 5 times a power of ten. */
function stepFor(range: number): number {
  const least = (range || 1) / 3
  const power = 10 ** Math.floor(Math.log10(least))
  return power * (([1, 2, 5, 10] as const).find((times) => times * power >= least) ?? 10)
}

const line = (panel: number, values: (number | null)[], colour: Colour, width: number, end: string) => ({
  type: 'line' as const,
  xAxisIndex: panel,
  yAxisIndex: panel,
  data: values.map((value) => value ?? '-'),
  symbol: 'circle',
  symbolSize: end ? 3 : 1,
  showAllSymbol: true,
  lineStyle: { color: colours[colour], width },
  itemStyle: { color: colours[colour] },
  endLabel: { show: end !== '', formatter: end, distance: 5, ...label('primary', 600), textBorderWidth: 0 },
})
