import type { CustomSeriesRenderItemAPI } from 'echarts'
import { type ChartInput, label, type Plot } from './input.ts'
import { type Colour, colours, family, heat, onHeat, shadesOf, sizes } from './theme.ts'

const cellHeight = 21
const head = 34

interface Cohort {
  name: string
  values: (number | null)[]
}

/**
 * A triangle: a row a cohort (`y`: a name, or the first day of a month), a column an age (`x`: 0, 1, 2 …), shaded by
 * `value`. What lies in the future is null, or has no row, and stays empty. `x_label` names the ages.
 */
export function cohort(input: ChartInput): Plot {
  const ages = [...new Set(input.numbers('x', 'count').map((age) => age ?? 0))].toSorted((a, b) => a - b)
  const cohorts = cohortsOf(input, ages)
  const values = input.numbers('value')
  const scale = input.scale(values, 'axis')
  const short = shortScale(input, scale.format)
  const nameWidth = Math.max(...cohorts.map(({ name }) => input.measure(name))) + 10
  const cellWidth = (input.width - nameWidth - 2) / Math.max(1, ages.length)
  const known = cohorts.flatMap(({ values: own }, line) =>
    own.flatMap((value, column) => (value === null ? [] : [{ line, column, value }])),
  )
  // The first column is all of them where it is a share: the others are told apart without it.
  const later = known.filter(({ column }) => column > 0)
  const shades = shadesOf((later.length > 0 ? later : known).map(({ value }) => value))
  const hasRoom = known.every(({ value }) => input.measure(short(value)) < cellWidth - 3)
  const xLabel = input.wish('x_label') ?? ''
  const placeOf = ({ line, column }: { line: number; column: number }) =>
    `${cohorts[line]?.name}, ${xLabel} ${ages[column]}`
  return {
    width: input.width,
    height: cohorts.length * cellHeight + head + 2,
    unit: scale.label,
    described: known.map((cell) => ({
      label: placeOf(cell),
      value: scale.format(cell.value),
      size: cell.value,
    })),
    hover: (_, item) =>
      known[item] && `${placeOf(known[item])}: ${scale.format(known[item].value)} ${scale.label}`.trim(),
    option: {
      grid: { left: nameWidth, right: 2, top: head, bottom: 2 },
      xAxis: {
        type: 'category',
        position: 'top',
        data: ages.map((age, i) => (i % everyAge(ages, cellWidth, input) === 0 ? String(age) : '')),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...label('ink'), interval: 0, margin: 4 },
        name: xLabel,
        nameLocation: 'start',
        nameGap: 0,
        nameTextStyle: { ...label(), align: 'left', verticalAlign: 'bottom', padding: [0, 0, 18, 0] },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: cohorts.map(({ name }) => name),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...label('ink'), interval: 0 },
      },
      series: [
        {
          type: 'custom',
          data: known.map(({ line, column }) => [column, line]),
          renderItem: (params, api) => {
            const cell = known[params.dataIndex] as (typeof known)[number]
            const step = shades(cell.value)
            return drawCell(api, cell, hasRoom ? short(cell.value) : '', step)
          },
        },
      ],
    },
  }
}

function cohortsOf(input: ChartInput, ages: number[]): Cohort[] {
  const { format } = input.page
  const columns = input.numbers('x', 'count')
  const values = input.numbers('value')
  const names = input.texts('y').map((name) => (/^\d{4}-\d{2}-\d{2}$/.test(name) ? format.month(name) : name))
  const cohorts = new Map<string, (number | null)[]>()
  for (const [i, name] of names.entries()) {
    const own = cohorts.get(name) ?? ages.map(() => null)
    own[ages.indexOf(columns[i] ?? 0)] = values[i] ?? null
    cohorts.set(name, own)
  }
  return [...cohorts].map(([name, own]) => ({ name, values: own }))
}

/** A share is read as a whole per cent in a cell; the finer one stands behind it. */
const shortScale = (input: ChartInput, format: (value: number) => string) =>
  input.wish('unit') === 'percent'
    ? (value: number) => `${input.page.format.number(value * 100, 0)}%`
    : format

const everyAge = (ages: number[], cellWidth: number, input: ChartInput): number =>
  Math.max(1, Math.ceil((input.measure(String(ages.at(-1) ?? 0)) + 4) / cellWidth))

function drawCell(
  api: CustomSeriesRenderItemAPI,
  { line, column }: { line: number; column: number },
  text: string,
  step: number,
) {
  const [x = 0, y = 0] = api.coord([column, line]) as number[]
  const [width = 0, height = 0] = (api.size?.([1, 1]) ?? []) as number[]
  const box = {
    type: 'rect' as const,
    shape: { x: x - width / 2 + 0.5, y: y - height / 2 + 0.5, width: width - 1, height: height - 1 },
    style: { fill: colours[heat[step] as Colour] },
  }
  const words = {
    type: 'text' as const,
    style: {
      text,
      x,
      y,
      textAlign: 'center',
      textVerticalAlign: 'middle',
      fill: colours[onHeat(step)],
      fontSize: sizes.label,
      fontFamily: family,
    } as object,
  }
  return { type: 'group' as const, children: text === '' ? [box] : [box, words] }
}
