import { type ChartInput, hairline, label, type Plot, room, valueAxis } from './input.ts'
import { colours } from './theme.ts'

/**
 * How much of a sum its largest contributors hold: `x` their cumulative share, `y` the cumulative share of the sum,
 * best first. Rows where `mark` is true are labelled. The broken line is a sum that all hold alike.
 */
export function concentration(input: ChartInput): Plot {
  const { format, words } = input.page
  const xs = input.numbers('x', 'percent')
  const ys = input.numbers('y', 'percent')
  const points = [[0, 0], ...xs.map((x, i) => [x ?? 0, ys[i] ?? 0])] as [number, number][]
  const marks = input.rows.flatMap((row, i) =>
    row[input.wish('mark') ?? ''] === true ? [points[i + 1] as [number, number]] : [],
  )
  const whole = (share: number) => `${format.number(share * 100, 0)}%`
  const tip = ([x, y]: [number, number]) => words.say('chart.top_holds', { top: whole(x), share: whole(y) })
  const percentAxis = {
    ...valueAxis({ format: whole, step: 0.25 }),
    min: 0,
    max: 1,
    interval: 0.25,
  }
  return {
    width: input.width,
    height: Number(input.wish('height') ?? (input.width < 400 ? 185 : 205)),
    unit: words.say('chart.concentration_unit', {
      x: input.wish('x_label') ?? '',
      y: input.wish('y_label') ?? '',
    }),
    described: marks.map((mark) => ({ label: tip(mark), value: '' })),
    hover: (series, item) =>
      series === 0 && points[item]
        ? tip(points[item])
        : series === 1 && marks[item]
          ? tip(marks[item])
          : undefined,
    option: {
      grid: room({ right: 16 }),
      xAxis: { ...percentAxis, splitLine: { show: false }, axisLine: { show: true, lineStyle: hairline() } },
      yAxis: { ...percentAxis, max: Math.max(1, ...points.map(([, y]) => y)) },
      series: [
        {
          type: 'line',
          data: points,
          symbol: 'none',
          lineStyle: { color: colours.primary, width: 2.25 },
          areaStyle: { color: colours.primary, opacity: 0.08 },
          markLine: {
            silent: true,
            // Below the names.
            z: 1,
            symbol: 'none',
            label: { show: false },
            lineStyle: { ...hairline('before'), type: [4, 3] },
            data: [[{ coord: [0, 0] }, { coord: [1, 1] }]],
          },
        },
        {
          type: 'scatter',
          data: marks.map((value) => ({ value, label: value[1] > 0.9 ? under : beside })),
          symbolSize: 7,
          itemStyle: { color: colours.primary },
          label: {
            show: true,
            ...label('ink'),
            formatter: ({ dataIndex }) => tip(marks[dataIndex] as [number, number]),
          },
        },
      ],
    },
  }
}

/** The room below and to the right of the curve is free; where the curve runs level, straight below it. */
const beside = { position: [12, 5] as [number, number] }
const under = { position: [4, 11] as [number, number] }
