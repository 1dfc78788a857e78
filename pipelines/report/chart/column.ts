import type { Scale } from '../scale.ts'
import { toneOf } from './bar.ts'
import { type ChartInput, footAxis, hiddenAxis, label, type Plot, room, scaleAxis } from './input.ts'
import { colours } from './theme.ts'

/** Bars that stand side by side in a given order: deciles, groups. Values are written above them where they fit. */
export function column(input: ChartInput): Plot {
  const names = input.texts('x')
  const values = input.numbers('y')
  // As fine as the values need where that can be written above the bars, else as the largest needs.
  const scales = (['list', 'axis'] as const).map((reads) => input.scale(values, reads))
  const fitting = scales.find((scale) => fits(scale, values, input))
  const scale = fitting ?? (scales[1] as Scale)
  const written = values.map((value) => (value === null ? '–' : scale.format(value)))
  return {
    width: input.width,
    height: Number(input.wish('height') ?? 185),
    unit: scale.label,
    described: names.map((name, i) => ({
      label: name,
      value: written[i] as string,
      size: values[i] ?? null,
    })),
    hover: (_, item) => `${names[item]}: ${written[item]} ${scale.label}`,
    option: {
      grid: room({ top: 18 }),
      xAxis: {
        ...footAxis(names),
        axisLabel: {
          ...label(),
          interval: 0,
          width: (input.width - 40) / names.length - 4,
          overflow: 'truncate',
        },
      },
      yAxis: fitting ? hiddenAxis : scaleAxis(scale, values),
      series: [
        {
          type: 'bar',
          barCategoryGap: '28%',
          data: values.map((value, i) => ({
            value: value ?? 0,
            itemStyle: { color: colours[toneOf(input, i, value)] },
            label: { position: (value ?? 0) < 0 ? 'bottom' : 'top' },
          })),
          label: {
            show: fitting !== undefined,
            distance: 4,
            ...label('ink'),
            formatter: ({ dataIndex }) => written[dataIndex] as string,
          },
        },
      ],
    },
  }
}

function fits({ format }: Scale, values: (number | null)[], input: ChartInput): boolean {
  const widest = Math.max(...values.map((value) => input.measure(format(value ?? 0))))
  return widest < (input.width - 30) / values.length
}
