import { toneOf } from './bar.ts'
import type { ChartInput, Plot } from './input.ts'
import { type Colour, colours, family, sizes } from './theme.ts'

const head = 24
/** Between two groups: their names must not touch, however thin they are. */
const gap = 15
const barWidth = 8

interface Group {
  name: string
  sum: number
  y: number
  height: number
}

interface Stream {
  said: string
  colour: Colour
  from: number
  to: number
  width: number
}

/**
 * Who went where: `from` and `to` name the groups, `y` how many. Groups stand in the order in which `from` gives them,
 * on both sides. `tone` names a column that colours a stream (`good`, `bad`); `from_label` and `to_label` head the sides.
 */
export function sankey(input: ChartInput): Plot {
  const from = input.texts('from')
  const to = input.texts('to')
  const values = input.numbers('y').map((value) => Math.max(0, value ?? 0))
  const order = [...new Set(from)]
  const names = [order, [...new Set([...order.filter((name) => to.includes(name)), ...to])]] as const
  const scale = input.scale(values, 'list')
  const most = Math.max(names[0].length, names[1].length)
  const height = Number(input.wish('height') ?? most * 23 + head)
  const total = values.reduce((sum, value) => sum + value, 0)
  const perOne = (height - head - 6 - gap * (most - 1)) / (total || 1)
  const left = stack(names[0], from, values, perOne)
  const right = stack(names[1], to, values, perOne)
  const written = ({ name, sum }: Group) => `${name}  ${scale.format(sum)}`
  const room = (side: Group[]) => Math.max(...side.map((group) => input.measure(written(group)))) + 8
  const x = { left: room(left), right: input.width - room(right) }
  const streams = streamsOf(input, { from, to, values, left, right, perOne }, (i) =>
    scale.format(values[i] ?? 0),
  )
  return {
    width: input.width,
    height,
    unit: scale.label,
    described: streams.map(({ said }, i) => ({ label: said, value: '', size: values[i] ?? null })),
    hover: (series, item) => (series === 0 ? `${streams[item]?.said} ${scale.label}` : undefined),
    option: {
      series: [
        custom(streams.length, (i) => band(streams[i] as Stream, x.left + barWidth, x.right - barWidth)),
        custom(left.length, (i) => bar(left[i] as Group, x.left, 'right', written)),
        custom(right.length, (i) => bar(right[i] as Group, x.right - barWidth, 'left', written)),
        custom(1, () => ({
          type: 'group' as const,
          children: [
            text(input.wish('from_label') ?? '', x.left + barWidth, 6, 'right', 'muted'),
            text(input.wish('to_label') ?? '', x.right - barWidth, 6, 'left', 'muted'),
          ],
        })),
      ],
    },
  }
}

/** Groups of one side, one below the other. */
function stack(names: readonly string[], side: string[], values: number[], perOne: number): Group[] {
  let y = head
  return names.map((name) => {
    const sum = values.reduce((all, value, i) => (side[i] === name ? all + value : all), 0)
    const group = { name, sum, y, height: Math.max(1, sum * perOne) }
    y += group.height + gap
    return group
  })
}

interface Flow {
  from: string[]
  to: string[]
  values: number[]
  left: Group[]
  right: Group[]
  perOne: number
}

/** Streams leave a group in the order of where they go, and come in in the order of where they came from. */
function streamsOf(input: ChartInput, flow: Flow, write: (i: number) => string): Stream[] {
  const { from, to, values, left, right, perOne } = flow
  const at = (groups: Group[], name: string | undefined) => groups.findIndex((group) => group.name === name)
  const ends = (own: Group[], ownSide: string[], others: Group[], otherSide: string[]): number[] => {
    const filled = own.map(({ y }) => y)
    const starts: number[] = []
    const rows = [...values.keys()].toSorted((a, b) => at(others, otherSide[a]) - at(others, otherSide[b]))
    for (const i of rows) {
      const group = at(own, ownSide[i])
      starts[i] = filled[group] as number
      filled[group] = (filled[group] as number) + (values[i] as number) * perOne
    }
    return starts
  }
  const starts = ends(left, from, right, to)
  const stops = ends(right, to, left, from)
  return values.map((value, i) => ({
    said: `${from[i]} → ${to[i]}: ${write(i)}`,
    colour: input.wish('tone') ? toneOf(input, i, 1) : 'before',
    from: starts[i] as number,
    to: stops[i] as number,
    width: Math.max(0.5, value * perOne),
  }))
}

const custom = <Shape>(count: number, shapeOf: (i: number) => Shape) => ({
  type: 'custom' as const,
  coordinateSystem: 'none' as const,
  data: Array.from({ length: count }, (_, i) => i),
  renderItem: ({ dataIndex }: { dataIndex: number }) => shapeOf(dataIndex) as never,
})

function band({ colour, from, to, width }: Stream, x1: number, x2: number) {
  const middle = (x1 + x2) / 2
  const curve = (y1: number, y2: number, b: number) => `C${middle} ${y1} ${middle} ${y2} ${b} ${y2}`
  const pathData = [
    `M${x1} ${from}`,
    curve(from, to, x2),
    `L${x2} ${to + width}`,
    curve(to + width, from + width, x1),
    'Z',
  ].join('')
  return {
    type: 'path' as const,
    shape: { pathData },
    style: { fill: colours[colour], opacity: 0.4 },
  }
}

function bar(group: Group, x: number, side: 'left' | 'right', written: (group: Group) => string) {
  const { y, height } = group
  const outside = side === 'right' ? x - 5 : x + barWidth + 5
  return {
    type: 'group' as const,
    children: [
      { type: 'rect' as const, shape: { x, y, width: barWidth, height }, style: { fill: colours.primary } },
      text(written(group), outside, y + height / 2, side, 'ink'),
    ],
  }
}

const text = (said: string, x: number, y: number, textAlign: 'left' | 'right', colour: Colour) => ({
  type: 'text' as const,
  style: {
    text: said,
    x,
    y,
    textAlign,
    textVerticalAlign: 'middle',
    fill: colours[colour],
    fontSize: sizes.label,
    fontFamily: family,
  } as object,
})
