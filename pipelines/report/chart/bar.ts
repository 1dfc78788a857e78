import { type ChartInput, label, type Plot } from './input.ts'
import { type Colour, colours, sizes } from './theme.ts'

const rowHeight = 18

/**
 * A ranking: one bar a row, its name at the left and its value at its end; no axis is needed.
 * `tone` names a column that holds a colour's name (`good`, `bad`, `muted`, `primary`) for rows that stand out.
 */
export function bar(input: ChartInput): Plot {
  const names = input.texts('x')
  const values = input.numbers('y')
  const scale = input.scale(values, 'list')
  const written = values.map((value) => (value === null ? '–' : scale.format(value)))
  const room = (texts: string[]) => Math.max(0, ...texts.map((text) => input.measure(text)))
  const below = written.filter((_, i) => (values[i] ?? 0) < 0)
  const nameWidth = Math.min(room(names), input.width * 0.48)
  return {
    width: input.width,
    height: names.length * rowHeight + 8,
    unit: scale.label,
    described: names.map((name, i) => ({
      label: name,
      value: written[i] as string,
      size: values[i] ?? null,
    })),
    hover: (_, item) => `${names[item]}: ${written[item]} ${scale.label}`,
    option: {
      grid: {
        left: nameWidth + 10 + (below.length > 0 ? room(below) + 6 : 0),
        right: room(written) + 10,
        top: 4,
        bottom: 4,
      },
      xAxis: {
        type: 'value',
        show: false,
        min: (range) => Math.min(0, range.min),
        max: (range) => Math.max(0, range.max),
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: names,
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: {
          ...label('ink'),
          width: nameWidth + 1,
          overflow: 'truncate',
          margin: 10 + (below.length > 0 ? room(below) + 6 : 0),
        },
      },
      series: [
        {
          type: 'bar',
          barWidth: 12,
          data: values.map((value, i) => ({
            value: value ?? 0,
            itemStyle: { color: colours[toneOf(input, i, value)] },
            label: { position: (value ?? 0) < 0 ? 'left' : 'right' },
          })),
          label: {
            show: true,
            distance: 5,
            fontSize: sizes.label,
            color: colours.ink,
            formatter: ({ dataIndex }) => written[dataIndex] as string,
          },
        },
      ],
    },
  }
}

export function toneOf(input: ChartInput, row: number, value: number | null): Colour {
  const column = input.wish('tone')
  const tone = column ? input.rows[row]?.[column] : undefined
  if (typeof tone === 'string' && tone in colours) return tone as Colour
  return (value ?? 0) < 0 ? 'bad' : 'primary'
}
