import { type ChartInput, hairline, label, type Plot, room, scaleAxis, valueAxis } from './input.ts'
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
  const isShare = input.wish('unit') === 'percent'
  const reached = Math.max(...predicted.map((value) => value ?? 0), ...actual.map((value) => value ?? 0))
  const largest = isShare && reached > 0.5 ? 1 : reached * 1.08
  const points = predicted.map((x, i) => [x ?? 0, actual[i] ?? 0])
  const said = (i: number) =>
    words.say('chart.predicted_actual', {
      predicted: scale.format(predicted[i] ?? 0),
      actual: scale.format(actual[i] ?? 0),
    })
  const place = placesOf(points as [number, number][], largest, (largest * 26) / input.width)
  const ticks = largest === 1 && isShare ? quarters(input) : scaleAxis(scale, [largest])
  const axis = {
    ...ticks,
    min: 0,
    max: largest,
    axisLabel: { ...ticks.axisLabel, showMaxLabel: largest === 1 && isShare },
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
            label: place[i],
          })),
          symbolSize: 8,
          itemStyle: { color: colours.primary },
          label: {
            show: true,
            distance: 5,
            ...label('ink'),
            textBorderColor: colours.surface,
            textBorderWidth: 2,
            formatter: ({ dataIndex }) => groups[dataIndex] as string,
          },
          labelLayout: { hideOverlap: true },
          markLine: {
            silent: true,
            // Below the names.
            z: 1,
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

const quarters = ({ page: { format } }: ChartInput) => ({
  ...valueAxis({ format: (share) => `${format.number(share * 100, 0)}%`, step: 0.25 }),
  interval: 0.25,
})

/** Left above the point, and right below it: away from the line. */
interface Place {
  position: 'top' | [number, number]
  align?: 'right'
}
const above: Place = { position: [1, -9], align: 'right' }
const below: Place = { position: [7, 7] }

/**
 * Names stand away from the line, those of points that lie `close` by turns on either side of it; near the foot, where
 * the axis has its own numbers, above.
 */
function placesOf(points: [number, number][], largest: number, close: number): Place[] {
  const places: Place[] = []
  const order = [...points.keys()].toSorted((a, b) => (points[a]?.[0] ?? 0) - (points[b]?.[0] ?? 0))
  for (const [turn, i] of order.entries()) {
    const [x, y] = points[i] as [number, number]
    const before = order[turn - 1]
    const [beforeX = -1, beforeY = -1] = before === undefined ? [] : (points[before] ?? [])
    const isClose = Math.hypot(x - beforeX, y - beforeY) < close
    const turned = before !== undefined && places[before] !== below ? below : above
    places[i] = isClose ? turned : y < largest * 0.06 ? { position: 'top' } : y > x ? above : below
  }
  return places
}
