import { type ChartInput, footAxis, label, type Plot, room, scaleAxis } from './input.ts'
import { type Colour, colours } from './theme.ts'

/**
 * How many have how much: a bar a bin, stacked by group. `from` and `to` are the bin's edges (null where open);
 * `groups='mvc,mgc,core,bz'` names the columns that are stacked, and `words` their group of words.
 */
export function distribution(input: ChartInput): Plot {
  const palette: Record<string, Colour> = { mvc: 'primary', mgc: 'second', core: 'before', bz: 'bad' }
  const spare: Colour[] = ['primary', 'second', 'before', 'caution', 'third']
  const groups = (input.wish('groups') ?? input.wish('y') ?? '').split(',').map((name) => name.trim())
  const edges = edgesOf(input)
  const wordOf = (name: string) =>
    input.wish('words') ? input.page.words.code(input.wish('words') as string, name) : name
  const stacks = groups.map((name, i) => ({
    name: wordOf(name),
    colour: palette[name] ?? (spare[i % spare.length] as Colour),
    values: input.numbersOf(name, wordOf(name)).map((value) => value ?? 0),
  }))
  const totals = input.rows.map((_, i) => stacks.reduce((sum, { values }) => sum + (values[i] ?? 0), 0))
  const scale = input.scale(totals, 'axis')
  const { format } = scale
  return {
    width: input.width,
    height: Number(input.wish('height') ?? 180),
    unit: input.page.words.say('chart.by_bin', { count: scale.label, bin: edges.unit }),
    key: stacks.length > 1 ? stacks.map(({ name, colour }) => ({ colour, label: name })) : [],
    described: edges.names.map((name, i) => ({
      label: name,
      value: format(totals[i] as number),
      size: totals[i] ?? null,
    })),
    hover: (series, item) =>
      `${stacks[series]?.name}, ${edges.names[item]}: ${format(stacks[series]?.values[item] ?? 0)}`,
    option: {
      grid: room({ top: 16 }),
      xAxis: {
        ...footAxis(edges.names),
        axisLabel: { ...label(), interval: 0, formatter: (_: unknown, i: number) => edges.shown[i] ?? '' },
      },
      yAxis: scaleAxis(scale, totals),
      series: stacks.map(({ name, values, colour }) => ({
        type: 'bar' as const,
        name,
        stack: 'all',
        barCategoryGap: '8%',
        data: values,
        itemStyle: { color: colours[colour] },
      })),
    },
  }
}

/** The bins' names, and those of them for which there is room along the foot. */
function edgesOf(input: ChartInput): { names: string[]; shown: string[]; unit: string } {
  const from = input.numbers('from')
  const to = input.numbers('to')
  const scale = input.scale([...from, ...to], 'axis', 'bin_unit')
  const names = from.map((low, i) => {
    const high = to[i] ?? null
    if (low === null) return `< ${scale.format(high ?? 0)}`
    return high === null ? `≥ ${scale.format(low)}` : `${scale.format(low)} – ${scale.format(high)}`
  })
  const short = from.map((low, i) =>
    low === null ? `< ${scale.format(to[i] ?? 0)}` : `≥ ${scale.format(low)}`,
  )
  const widest = Math.max(...short.map((text) => input.measure(text))) + 8
  const every = Math.max(1, Math.ceil((widest * short.length) / (input.width - 40)))
  // The last bin holds all that is larger: it is named rather than one close before it.
  const last = short.length - 1
  const isNamed = (i: number) => i === last || (i % every === 0 && last - i >= every)
  return { names, shown: short.map((text, i) => (isNamed(i) ? text : '')), unit: scale.label }
}
