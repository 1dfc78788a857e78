import { type ChartInput, hairline, label, type Plot, room, valueAxis } from './input.ts'
import { type Colour, colours } from './theme.ts'

const inks: Colour[] = ['primary', 'bad', 'third', 'second', 'before']

interface Curve {
  name: string
  colour: Colour
  points: [number, number][]
}

/**
 * What the best of a ranking bring: `x` the share taken, best first, `y` the share of all that they bring; a curve for
 * each value of `group`, where there is one. The broken line is a choice by lot.
 */
export function gains(input: ChartInput): Plot {
  const { format, words } = input.page
  const curves = curvesOf(input)
  const whole = (share: number) => `${format.number(share * 100, 0)}%`
  const alone = curves.length === 1
  const said = ({ name }: Curve, [x, y]: [number, number]) =>
    `${alone ? '' : `${name}: `}${words.say('chart.best_bring', { best: whole(x), share: whole(y) })}`
  const axis = { ...valueAxis({ format: whole, step: 0.25 }), min: 0, max: 1, interval: 0.25 }
  const marked = markedPoints(curves[0]?.points ?? [], alone ? [0.1, 0.3, 0.5] : [0.3])
  return {
    width: input.width,
    height: Number(input.wish('height') ?? 220),
    unit: words.say('chart.concentration_unit', {
      x: input.wish('x_label') ?? '',
      y: input.wish('y_label') ?? '',
    }),
    described: curves.flatMap((curve) =>
      curve.points.slice(1, -1).map((point) => ({ label: said(curve, point), value: '' })),
    ),
    hover: (series, item) => {
      const curve = curves[series]
      return curve?.points[item] && said(curve, curve.points[item])
    },
    option: {
      grid: room({ right: 16 }),
      xAxis: { ...axis, splitLine: { show: false }, axisLine: { show: true, lineStyle: hairline() } },
      yAxis: axis,
      series: curves.map((curve, place) => ({
        type: 'line' as const,
        data: curve.points.map((value, i) => ({
          value,
          label: {
            show: alone ? marked.has(i) : i === marked.values().next().value,
            ...(alone ? beside : { position: place === 0 ? ('left' as const) : ('right' as const) }),
            formatter: alone ? said(curve, value) : curve.name,
          },
        })),
        symbol: 'circle',
        symbolSize: 4,
        showAllSymbol: true,
        lineStyle: { color: colours[curve.colour], width: 2.25 },
        itemStyle: { color: colours[curve.colour] },
        // The line of chance may run below a name.
        label: { ...label('ink'), distance: 6, textBorderColor: colours.surface, textBorderWidth: 3 },
        labelLayout: { moveOverlap: 'shiftY' as const },
        ...(place === 0 ? { markLine: byLot } : {}),
      })),
    },
  }
}

const byLot = {
  silent: true,
  // Below the names.
  z: 1,
  symbol: 'none',
  label: { show: false },
  lineStyle: { ...hairline('before'), type: [4, 3] as number[] },
  data: [[{ coord: [0, 0] }, { coord: [1, 1] }]] as [{ coord: number[] }, { coord: number[] }][],
}

/** The curves from nothing to all, the one that rises first at the top. */
function curvesOf(input: ChartInput): Curve[] {
  const names = input.wish('group') === undefined ? input.rows.map(() => '') : input.texts('group')
  const x = input.numbers('x', 'percent')
  const y = input.numbers('y', 'percent')
  const groups = Map.groupBy(names.keys(), (i) => names[i] as string)
  const curves = [...groups].map(([name, rows]) => ({
    name,
    points: [[0, 0], ...rows.map((i) => [x[i] ?? 0, y[i] ?? 0])] as [number, number][],
  }))
  const area = ({ points }: { points: [number, number][] }) =>
    points.reduce((sum, [, up]) => sum + up, 0) / points.length
  return curves
    .toSorted((a, b) => area(b) - area(a))
    .map((curve, i) => ({ ...curve, colour: inks[i % inks.length] as Colour }))
}

/** The points nearest to shares that people ask for; of several curves the one where they stand apart. */
function markedPoints(points: [number, number][], shares: number[]): Set<number> {
  const distance = (share: number) => points.map(([x]) => Math.abs(x - share))
  return new Set(shares.map((share) => distance(share).indexOf(Math.min(...distance(share)))))
}

/** The room below and to the right of the curve is free. */
const beside = { position: [8, 6] as [number, number] }
