import { type ChartInput, hairline, label, type Plot, room, valueAxis } from './input.ts'
import { colours } from './theme.ts'

/**
 * What was predicted (`x`) against what came (`y`), a point a group, named by `group`. On the broken line the two agree;
 * above it more came than was predicted.
 */
export function calibration(input: ChartInput): Plot {
  const groups = input.texts('group')
  const predicted = input.numbers('x')
  const actual = input.numbers('y')
  const { words } = input.page
  const scale = input.scale([...predicted, ...actual], 'axis')
  const largest =
    Math.max(...predicted.map((value) => value ?? 0), ...actual.map((value) => value ?? 0)) * 1.08
  const points = predicted.map((x, i) => [x ?? 0, actual[i] ?? 0])
  const said = (i: number) =>
    words.say('chart.predicted_actual', {
      predicted: scale.format(predicted[i] ?? 0),
      actual: scale.format(actual[i] ?? 0),
    })
  // Names stand away from the line, and above it near the foot, where the axis has its own numbers.
  const side = (came: number, foreseen: number) =>
    came < largest * 0.06 ? 'top' : came > foreseen ? 'left' : 'right'
  const axis = {
    ...valueAxis(scale),
    min: 0,
    max: largest,
    axisLabel: { ...label(), formatter: scale.format, showMaxLabel: false },
  }
  return {
    width: input.width,
    height: Number(input.wish('height') ?? 180),
    unit: words.say('chart.calibration_unit', { unit: scale.label }),
    described: groups.map((group, i) => ({ label: group, value: said(i) })),
    hover: (series, item) => (series === 0 ? `${groups[item]}: ${said(item)}` : undefined),
    option: {
      grid: room({ right: 22 }),
      xAxis: { ...axis, splitLine: { show: false }, axisLine: { show: true, lineStyle: hairline() } },
      yAxis: axis,
      series: [
        {
          type: 'scatter',
          data: points.map((value, i) => ({
            value,
            label: { position: side(actual[i] ?? 0, predicted[i] ?? 0) },
          })),
          symbolSize: 8,
          itemStyle: { color: colours.primary },
          label: {
            show: true,
            distance: 5,
            ...label('ink'),
            formatter: ({ dataIndex }) => groups[dataIndex] as string,
          },
          labelLayout: { hideOverlap: true },
          markLine: {
            silent: true,
            symbol: 'none',
            label: { show: false },
            lineStyle: { ...hairline('before'), type: [4, 3] },
            data: [[{ coord: [0, 0] }, { coord: [largest, largest] }]],
          },
        },
      ],
    },
  }
}
