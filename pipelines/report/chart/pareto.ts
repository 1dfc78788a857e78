import { toneOf } from './bar.ts'
import { type ChartInput, footAxis, hairline, label, type Plot, room, scaleAxis } from './input.ts'
import { colours } from './theme.ts'

/**
 * Parts of a whole in their order, largest first (`x`, `y`), and the share that they reach together: the bars and the
 * line stand on one scale, whose end is the sum of all.
 */
export function pareto(input: ChartInput): Plot {
  const names = input.texts('x')
  const values = input.numbers('y').map((value) => value ?? 0)
  const { format, words } = input.page
  const total = values.reduce((sum, value) => sum + value, 0)
  const sums = values.map((_, i) => values.slice(0, i + 1).reduce((sum, value) => sum + value, 0))
  const scale = input.scale(values, 'axis')
  const share = (i: number) => `${format.number(((sums[i] ?? 0) / (total || 1)) * 100, 0)}%`
  const axis = scaleAxis(scale, sums)
  const slot = (input.width - 70) / names.length
  // Shares that stand too close are written at every second bar, or third.
  const every = Math.ceil((input.measure('100%') + 6) / slot)
  return {
    width: input.width,
    height: Number(input.wish('height') ?? (input.width < 400 ? 185 : 200)),
    unit: [scale.label, words.say('chart.line_together')].filter(Boolean).join('; '),
    described: names.map((name, i) => ({
      label: name,
      value: words.say('chart.alone_together', { alone: scale.format(values[i] ?? 0), together: share(i) }),
      size: values[i] ?? null,
    })),
    hover: (_, item) =>
      `${names[item]}: ${words.say('chart.alone_together', { alone: `${scale.format(values[item] ?? 0)} ${scale.label}`.trim(), together: share(item) })}`,
    option: {
      grid: room({ top: 20 }),
      xAxis: {
        ...footAxis(names),
        axisLabel: { ...label(), interval: 0, width: slot - 4, overflow: 'break', lineHeight: 13 },
      },
      yAxis: {
        ...axis,
        min: Math.min(0, ...values),
        max: Math.max(total, ...sums),
        axisLabel: { ...axis.axisLabel, showMaxLabel: false },
      },
      series: [
        {
          type: 'bar',
          barCategoryGap: '18%',
          data: values.map((value, i) => ({
            value,
            itemStyle: { color: colours[toneOf(input, i, value)] },
          })),
        },
        {
          type: 'line',
          data: sums,
          symbol: 'circle',
          symbolSize: 4,
          showAllSymbol: true,
          lineStyle: hairline('ink'),
          itemStyle: { color: colours.ink },
          label: {
            show: true,
            position: 'top',
            distance: 4,
            padding: [0, 3],
            ...label('ink'),
            textBorderWidth: 0,
            formatter: ({ dataIndex }) => (dataIndex % every === 0 ? share(dataIndex) : ''),
          },
          labelLayout: { hideOverlap: true },
        },
      ],
    },
  }
}
