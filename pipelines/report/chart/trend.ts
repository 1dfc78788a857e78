import { type ChartInput, footAxis, label, type Plot, room, scaleAxis } from './input.ts'
import { type Colour, colours } from './theme.ts'

/**
 * A line over months: this year's over the year before (`before`) and the target (`target`), each named at its end.
 * `x` is the first day of the month.
 */
export function trend(input: ChartInput): Plot {
  const { format, words } = input.page
  const months = input.months('x')
  const values = input.numbers('y')
  const lines = (
    [
      ['before', 'before', 'chart.year_before'],
      ['target', 'ink', 'chart.target'],
      ['y', 'primary', 'chart.this_year'],
    ] as const
  )
    .filter(([role]) => input.has(role))
    .map(([role, colour, word]) => ({
      role,
      colour: colour as Colour,
      name:
        input.wish(`${role}_label`) ??
        words.say(role === 'y' && !input.has('before') ? 'chart.actual' : word),
      values: input.numbers(role),
    }))
  const scale = input.scale(
    lines.flatMap(({ values }) => values),
    'axis',
  )
  const alone = lines.length === 1
  const drawn = lines.flatMap(({ values }) => values.filter((value) => value !== null))
  // From zero, unless that would flatten the lines; then the page says so.
  const isCut = Math.min(...drawn) > 0.6 * Math.max(...drawn)
  const tip = (line: (typeof lines)[number]) => {
    const last = scale.format(line.values.findLast((value) => value !== null) ?? 0)
    return alone ? last : `${line.name} ${last}`
  }
  const right = 12 + Math.max(...lines.map((line) => input.measure(tip(line), 600)))
  return {
    width: input.width,
    height: Number(input.wish('height') ?? (input.width < 400 ? 185 : 210)),
    unit: [scale.label, isCut && words.say('chart.not_from_zero')].filter(Boolean).join(' · '),
    described: months.map((month, i) => ({
      label: format.month(month),
      value: lines
        .toReversed()
        .map((line) => `${alone ? '' : `${line.name} `}${say(line.values[i], scale.format)}`)
        .join(', '),
      size: values[i] ?? null,
    })),
    hover: (series, item) => {
      const line = lines[series]
      return (
        line &&
        `${line.name}, ${format.month(months[item] as string)}: ${say(line.values[item], scale.format)} ${scale.label}`
      )
    },
    option: {
      grid: room({ right }),
      xAxis: { ...footAxis(monthLabels(months, input)), boundaryGap: false },
      yAxis: { ...scaleAxis(scale, drawn, isCut), scale: isCut },
      series: lines.map((line) => ({
        type: 'line' as const,
        name: line.name,
        data: line.values.map((value) => value ?? '-'),
        symbol: line.role === 'y' ? 'circle' : 'none',
        symbolSize: months.length <= 15 ? 5 : 3,
        showAllSymbol: true,
        lineStyle: {
          color: colours[line.colour],
          width: line.role === 'y' ? 2.25 : 1.5,
          type: line.role === 'target' ? ([4, 3] as number[]) : ('solid' as const),
        },
        itemStyle: { color: colours[line.colour] },
        endLabel: {
          show: true,
          formatter: tip(line),
          distance: 6,
          ...label(
            line.role === 'y' ? 'primary' : line.role === 'target' ? 'ink' : 'muted',
            line.role === 'y' ? 600 : 400,
          ),
          textBorderWidth: 0,
          padding: [2, 0],
        },
        labelLayout: { moveOverlap: 'shiftY' as const },
      })),
    },
  }
}

const say = (value: number | null | undefined, format: (value: number) => string) =>
  value === null || value === undefined ? '–' : format(value)

/** Years at their January where there are many months; else months, with the year where it begins, as there is room. */
function monthLabels(months: string[], { page: { format }, measure, width }: ChartInput): string[] {
  if (months.length > 18) return months.map((month) => (month.slice(5, 7) === '01' ? format.year(month) : ''))
  const widest = Math.max(...months.map((month) => measure(format.monthShort(month)))) + 8
  const plot = width * 0.7
  const every = Math.ceil((widest * months.length) / plot)
  const isNewYear = (i: number) => i >= every && months[i]?.slice(0, 4) !== months[i - every]?.slice(0, 4)
  const hasRoom = (plot / months.length) * every > measure(format.year(months[0] ?? '1970')) + 6
  return months.map((month, i) => {
    if (i % every !== 0) return ''
    const namesYear = isNewYear(i) || (i === 0 && (hasRoom || !isNewYear(every)))
    return namesYear ? `${format.monthShort(month)}\n${format.year(month)}` : format.monthShort(month)
  })
}
