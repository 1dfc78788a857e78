import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams } from 'echarts'
import { type ChartInput, footAxis, hiddenAxis, label, type Plot, room } from './input.ts'
import { type Colour, colours, family, sizes } from './theme.ts'

interface Step {
  name: string
  value: number
  isTotal: boolean
  from: number
  to: number
  colour: Colour
}

/**
 * From one total to the next by its parts. `y` is the change, or the level where `total` is true;
 * `good='down'` colours falls as good (costs).
 */
export function waterfall(input: ChartInput): Plot {
  const steps = stepsOf(input)
  // The changes are the message: the totals are written as finely as they are.
  const scale = input.scale(
    steps.filter(({ isTotal }) => !isTotal).map(({ value }) => value),
    'axis',
  )
  const write = ({ value, isTotal }: Step) =>
    (value >= scale.step / 2 && !isTotal ? '+' : '') + scale.format(value)
  return {
    width: input.width,
    height: Number(input.wish('height') ?? (input.width < 400 ? 185 : 220)),
    unit: floorOf(steps) > 0 ? `${scale.label} · ${input.page.words.say('chart.cut')}` : scale.label,
    described: steps.map((step) => ({ label: step.name, value: write(step) })),
    hover: (_, item) => steps[item] && `${steps[item].name}: ${write(steps[item])} ${scale.label}`,
    option: {
      grid: room({ top: 20, bottom: 4, right: 2 }),
      xAxis: {
        ...footAxis(steps.map(({ name }) => name)),
        axisLabel: {
          ...label('ink'),
          interval: 0,
          width: (input.width - 8) / steps.length - 2,
          overflow: 'break',
          lineHeight: 13,
        },
      },
      yAxis: {
        ...hiddenAxis,
        min: floorOf(steps),
        max: Math.max(...steps.flatMap(({ from, to }) => [from, to])),
      },
      series: [
        {
          type: 'custom',
          data: steps.map(({ from, to }, i) => [i, from, to]),
          renderItem: (params, api) => {
            const step = steps[params.dataIndex] as Step
            return shape(spotOf(params, api, step), step, write(step), params.dataIndex === steps.length - 1)
          },
        },
      ],
    },
  }
}

function stepsOf(input: ChartInput): Step[] {
  const names = input.texts('x')
  const values = input.numbers('y')
  const totals = input.wish('total')
  const goodFalls = input.wish('good') === 'down'
  let level = 0
  return names.map((name, i) => {
    const value = values[i] ?? 0
    const isTotal = totals !== undefined && input.rows[i]?.[totals] === true
    const from = isTotal ? 0 : level
    level = isTotal ? value : level + value
    const rises = goodFalls ? value < 0 : value > 0
    const colour: Colour = isTotal ? 'primary' : value === 0 ? 'before' : rises ? 'good' : 'bad'
    return { name, value, isTotal, from, to: level, colour }
  })
}

/** Totals that dwarf their changes hide them: then the bars are cut at the foot, and the page says so. */
function floorOf(steps: Step[]): number {
  const levels = steps.flatMap(({ from, to, isTotal }) => (isTotal ? [to] : [from, to]))
  const low = Math.min(...levels)
  const spread = Math.max(...levels) - low
  return low > 0 && spread < low ? Math.max(0, low - spread * 0.6) : Math.min(0, low)
}

/** Where a step stands on the drawing, in its pixels. */
interface Spot {
  x: number
  half: number
  slot: number
  top: number
  bottom: number
  end: number
}

function spotOf(
  { dataIndex, coordSys }: CustomSeriesRenderItemParams,
  api: CustomSeriesRenderItemAPI,
  { from, to, isTotal }: Step,
): Spot {
  const [slot = 0] = (api.size?.([1, 0]) ?? []) as number[]
  const [x = 0, start = 0] = api.coord([dataIndex, from]) as number[]
  const [, end = 0] = api.coord([dataIndex, to]) as number[]
  const { y, height } = coordSys as unknown as { y: number; height: number }
  const low = Math.max(start, end)
  return {
    x,
    slot,
    half: slot * 0.34,
    top: Math.min(start, end),
    bottom: isTotal ? Math.min(y + height, low) : low,
    end,
  }
}

function shape(spot: Spot, step: Step, text: string, isLast: boolean) {
  const { x, half, slot, top, bottom, end } = spot
  const bar = {
    type: 'rect' as const,
    shape: { x: x - half, y: top, width: half * 2, height: Math.max(1, bottom - top) },
    style: { fill: colours[step.colour] },
  }
  const name = {
    type: 'text' as const,
    style: { text, x, y: top - 5, ...textAbove, fontWeight: step.isTotal ? 600 : 400 } as object,
  }
  const joint = {
    type: 'line' as const,
    shape: { x1: x + half, x2: x + slot - half, y1: end, y2: end },
    style: { stroke: colours.before, lineWidth: 1 },
  }
  return { type: 'group' as const, children: isLast ? [bar, name] : [bar, joint, name] }
}

const textAbove = {
  textAlign: 'center',
  textVerticalAlign: 'bottom',
  fill: colours.ink,
  fontSize: sizes.label,
  fontFamily: family,
}
