import type { CustomSeriesRenderItemAPI } from 'echarts'
import { type ChartInput, label, type Plot } from './input.ts'
import { type Colour, colours, family, heat, onHeat, shadesOf, sizes } from './theme.ts'

/** One number, or two. */
const cellHeights = [23, 30] as const

/**
 * A grid of `x` by `y`, shaded by `value`, below nought in the colour of what is bad; each cell prints its value, and `second` below it.
 * Columns and rows stand in the order in which the query first gives them. A missing value leaves its cell blank.
 */
export function heatmap(input: ChartInput): Plot {
  const columns = [...new Set(input.texts('x'))]
  const lines = [...new Set(input.texts('y'))]
  const cells = cellsOf(input, columns, lines)
  const scale = input.scale(input.numbers('value'), 'list')
  const second = input.has('second') ? input.scale(input.numbers('second'), 'list', 'second_unit') : undefined
  const lowest = Math.min(...cells.map(({ value }) => value ?? 0))
  const step = shadesOf(cells.map(({ value }) => value ?? 0))
  const axisName = (role: string) => input.wish(`${role}_label`) ?? ''
  const nameWidth = Math.max(...lines.map((name) => input.measure(name))) + 10
  // Names too long for their column go on below.
  const columnWidth = (input.width - nameWidth - 2) / Math.max(1, columns.length) - 8
  const nameLines = Math.max(
    1,
    ...columns.map((name) => Math.ceil((input.measure(name) * 1.15) / columnWidth)),
  )
  const below = (nameLines - 1) * 13
  const top = axisName('y') ? 20 : 2
  const foot = (axisName('x') ? 26 : 14) + below
  const say = scale.label === '' ? 'chart.second_only' : 'chart.first_and_second'
  const unit = second ? input.page.words.say(say, { first: scale.label, second: second.label }) : scale.label
  const said = (cell: GridCell) =>
    (cell.value === null ? '–' : scale.format(cell.value)) +
    (second && cell.second !== null ? ` · ${second.format(cell.second)}` : '')
  const placeOf = (cell: GridCell) =>
    [`${axisName('y')} ${lines[cell.line]}`, `${axisName('x')} ${columns[cell.column]}`]
      .map((text) => text.trim())
      .join(', ')
  return {
    width: input.width,
    height: lines.length * cellHeights[second ? 1 : 0] + top + foot + 2,
    unit,
    described: cells.map((cell) => ({
      label: placeOf(cell),
      value: said(cell),
      size: cell.value,
    })),
    hover: (_, item) => cells[item] && `${placeOf(cells[item])}: ${said(cells[item])}`,
    option: {
      grid: { left: nameWidth + (axisName('y') ? 4 : 0), right: 2, top, bottom: foot },
      xAxis: {
        type: 'category',
        data: columns,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...label('ink'), interval: 0, width: columnWidth, overflow: 'break', lineHeight: 13 },
        name: axisName('x'),
        nameLocation: 'end',
        nameGap: 0,
        nameTextStyle: { ...label(), align: 'right', verticalAlign: 'top', padding: [24 + below, 0, 0, 0] },
      },
      yAxis: {
        type: 'category',
        data: lines,
        inverse: true,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...label('ink'), interval: 0 },
        name: axisName('y'),
        nameLocation: 'start',
        nameGap: 6,
        nameTextStyle: { ...label(), align: 'left', padding: [0, 0, 0, -nameWidth] },
      },
      series: [
        {
          type: 'custom',
          data: cells.map(({ column, line }) => [column, line]),
          renderItem: (params, api) => {
            const cell = cells[params.dataIndex] as GridCell
            const texts =
              cell.value === null
                ? []
                : [
                    scale.format(cell.value),
                    ...(second && cell.second !== null ? [second.format(cell.second)] : []),
                  ]
            return drawCell(api, cell, texts, fillOf(cell.value, step, lowest))
          },
        },
      ],
    },
  }
}

interface Fill {
  style: { fill: string; opacity?: number }
  ink: Colour
}

/** Below nought the ink stays readable, because the fill is half laid on. */
function fillOf(value: number | null, step: (value: number) => number, lowest: number): Fill {
  if (value === null) return { style: { fill: colours.surface }, ink: 'ink' }
  if (value < 0) return { style: { fill: colours.bad, opacity: 0.15 + 0.25 * (value / lowest) }, ink: 'ink' }
  return { style: { fill: colours[heat[step(value)] as Colour] }, ink: onHeat(step(value)) }
}

interface GridCell {
  column: number
  line: number
  value: number | null
  second: number | null
}

function cellsOf(input: ChartInput, columns: string[], lines: string[]): GridCell[] {
  const x = input.texts('x')
  const y = input.texts('y')
  const values = input.numbers('value')
  const seconds = input.has('second') ? input.numbers('second') : []
  return values.map((value, i) => ({
    column: columns.indexOf(x[i] as string),
    line: lines.indexOf(y[i] as string),
    value,
    second: seconds[i] ?? null,
  }))
}

function drawCell(
  api: CustomSeriesRenderItemAPI,
  { column, line }: GridCell,
  texts: string[],
  { style, ink }: Fill,
) {
  const [x = 0, y = 0] = api.coord([column, line]) as number[]
  const [width = 0, height = 0] = (api.size?.([1, 1]) ?? []) as number[]
  const box = {
    type: 'rect' as const,
    shape: { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2, r: 2 },
    style,
  }
  const lineHeight = 12.5
  const words = texts.map((text, i) => ({
    type: 'text' as const,
    style: {
      text,
      x,
      y: y + (i - (texts.length - 1) / 2) * lineHeight,
      textAlign: 'center' as const,
      textVerticalAlign: 'middle' as const,
      fill: colours[ink],
      fontSize: i === 0 ? sizes.strong : sizes.label,
      fontWeight: i === 0 ? 600 : 400,
      fontFamily: family,
    } as object,
  }))
  return { type: 'group' as const, children: [box, ...words] }
}
