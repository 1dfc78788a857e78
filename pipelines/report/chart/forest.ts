import type { CustomSeriesRenderItemAPI } from 'echarts'
import { type ChartInput, hairline, label, type Plot, scaleAxis } from './input.ts'
import { type Colour, colours, family, sizes } from './theme.ts'

const rowHeight = 19
const foot = 20

interface Estimate {
  name: string
  value: number | null
  lower: number | null
  upper: number | null
  colour: Colour
  written: string
}

/**
 * Estimates with their intervals: `x` names a row, `y` is the estimate, `lower` and `upper` its interval. The line that
 * an interval must leave behind to be more than chance is nought, or `reference`; above it is good, below it bad
 * (`good='down'`: the other way round), and what reaches over it is grey.
 */
export function forest(input: ChartInput): Plot {
  const names = input.texts('x')
  const columns = (['y', 'lower', 'upper'] as const).map((role) =>
    input.wish(role) === undefined ? names.map(() => null) : input.numbers(role),
  ) as [(number | null)[], (number | null)[], (number | null)[]]
  const scale = input.scale(columns.flat(), 'axis')
  const reference = Number(input.wish('reference') ?? 0)
  const rows = names.map((name, i): Estimate => {
    const [value = null, lower = null, upper = null] = columns.map((column) => column[i] ?? null)
    const interval =
      lower === null || upper === null ? '' : ` (${scale.format(lower)} – ${scale.format(upper)})`
    const written = value === null ? '–' : scale.format(value) + interval
    return { name, value, lower, upper, written, colour: colourOf(lower, upper, reference, input) }
  })
  const widest = (texts: string[]) => Math.max(0, ...texts.map((text) => input.measure(text)))
  const nameWidth = Math.min(widest(names), input.width * 0.32)
  const drawn = [reference, ...columns.flat().filter((value) => value !== null)]
  const [low, high] = [Math.min(...drawn), Math.max(...drawn)]
  const margin = (high - low || 1) * 0.04
  const axis = scaleAxis(scale, [low, high], true)
  return {
    width: input.width,
    height: names.length * rowHeight + foot + 6,
    unit: scale.label,
    described: rows.map((row) => ({ label: row.name, value: row.written, size: row.value })),
    hover: (_, item) => rows[item] && `${rows[item].name}: ${rows[item].written} ${scale.label}`,
    option: {
      grid: {
        left: nameWidth + 12,
        right: widest(rows.map(({ written }) => written)) + 12,
        top: 4,
        bottom: foot,
      },
      xAxis: {
        ...axis,
        splitNumber: input.width < 400 ? 3 : 4,
        min: low - (low < reference ? margin : 0),
        max: high + margin,
        axisLabel: { ...axis.axisLabel, showMinLabel: low === 0, showMaxLabel: false },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: names,
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { ...label('ink'), interval: 0, width: nameWidth + 1, overflow: 'truncate', margin: 12 },
      },
      series: [
        {
          type: 'custom',
          data: rows.map(({ value }, i) => [value ?? reference, i]),
          renderItem: (params, api) =>
            drawRow(api, rows[params.dataIndex] as Estimate, params.dataIndex, input.width),
          markLine: {
            silent: true,
            symbol: 'none',
            // Nought has its number on the axis; another line says what it stands for.
            label: {
              show: reference !== 0,
              position: 'end',
              distance: 6,
              formatter: String(reference),
              ...label('ink'),
            },
            lineStyle: { ...hairline('ink'), type: 'solid' },
            data: [{ xAxis: reference }],
          },
        },
      ],
    },
  }
}

function colourOf(lower: number | null, upper: number | null, reference: number, input: ChartInput): Colour {
  if (lower === null || upper === null) return 'primary'
  if (lower <= reference && upper >= reference) return 'before'
  return lower > reference === (input.wish('good') !== 'down') ? 'good' : 'bad'
}

function drawRow(api: CustomSeriesRenderItemAPI, row: Estimate, at: number, width: number) {
  const place = (value: number) => api.coord([value, at]) as [number, number]
  const { value, lower, upper, colour, written } = row
  const y = place(value ?? 0)[1]
  const line = (x1: number, x2: number, y1: number, y2: number) => ({
    type: 'line' as const,
    shape: { x1, x2, y1, y2 },
    style: { stroke: colours[colour], lineWidth: 2 },
  })
  const [from, to] = [lower, upper].map((end) => (end === null ? undefined : place(end)[0]))
  const interval =
    from === undefined || to === undefined
      ? []
      : [line(from, to, y, y), line(from, from, y - 4, y + 4), line(to, to, y - 4, y + 4)]
  const dot =
    value === null
      ? []
      : [
          {
            type: 'rect' as const,
            shape: { x: place(value)[0] - 4, y: y - 4, width: 8, height: 8 },
            style: { fill: colours[colour] },
          },
        ]
  const text = {
    type: 'text' as const,
    style: {
      text: written,
      x: width - 2,
      y,
      textAlign: 'right',
      textVerticalAlign: 'middle',
      fill: colours.ink,
      fontSize: sizes.label,
      fontFamily: family,
    } as object,
  }
  return { type: 'group' as const, children: [...interval, ...dot, text] }
}
