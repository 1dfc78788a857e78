import { type ChartInput, hairline, label, type Plot, room, valueAxis } from './input.ts'
import { colours } from './theme.ts'

/**
 * The share that is still there (`y`) after so many days (`x`), as steps from all at day 0, with the interval (`lower`, `upper`) in
 * broken lines. `x_label` names the days.
 */
export function survival(input: ChartInput): Plot {
  const { format, words } = input.page
  const x = input.numbers('x', 'days')
  const steps = (role: string): [number, number][] =>
    [[0, 1], ...input.numbers(role, 'percent').flatMap((y, i) => (y === null ? [] : [[x[i] ?? 0, y]]))] as [
      number,
      number,
    ][]
  const points = steps('y')
  const last = points.at(-1) as [number, number]
  const whole = (share: number) => `${format.number(share * 100, 0)}%`
  const days = (count: number) => `${format.number(count, 0)} ${words.code('units', 'days')}`
  const tip = ([at, share]: [number, number]) => `${days(at)}: ${whole(share)}`
  const line = (role: string, isMain: boolean) => ({
    type: 'line' as const,
    step: 'end' as const,
    data: steps(role),
    symbol: 'none',
    lineStyle: isMain
      ? { color: colours.primary, width: 2.25 }
      : { ...hairline('before'), type: [4, 3] as number[] },
    ...(isMain
      ? {
          endLabel: {
            show: true,
            formatter: whole(last[1]),
            distance: 6,
            ...label('primary', 600),
            textBorderWidth: 0,
          },
        }
      : {}),
  })
  const hasInterval = input.has('lower') && input.has('upper')
  return {
    width: input.width,
    height: Number(input.wish('height') ?? (input.width < 400 ? 185 : 210)),
    unit: input.wish('x_label') ?? '',
    described: points.map((point) => ({
      label: days(point[0]),
      value: whole(point[1]),
      size: point[1],
    })),
    hover: (series, item) => (series === 0 && points[item] ? tip(points[item]) : undefined),
    option: {
      grid: room({ right: 14 + input.measure(whole(last[1]), 600) }),
      xAxis: {
        ...valueAxis({ format: (value) => format.number(value, 0), step: 1 }),
        min: 0,
        max: last[0],
        splitLine: { show: false },
        axisLine: { show: true, lineStyle: hairline() },
        axisLabel: { ...label(), showMaxLabel: false, formatter: (value: number) => format.number(value, 0) },
      },
      yAxis: { ...valueAxis({ format: whole, step: 0.25 }), min: 0, max: 1, interval: 0.25 },
      series: [line('y', true), ...(hasInterval ? [line('lower', false), line('upper', false)] : [])],
    },
  }
}
