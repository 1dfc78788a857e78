import type { Row } from '../../duckdb.ts'
import { didYouMean } from '../../near-miss.ts'
import { localised } from '../cell.ts'
import type { Unit } from '../locale.ts'
import type { Page } from '../page.ts'
import { type Scale, scaleFor } from '../scale.ts'
import type { Drawing } from './svg.ts'
import { type Colour, colours, sizes, widths } from './theme.ts'

/** A chart's rows and wishes, as the tag on the page gave them. */
export interface ChartInput {
  rows: Row[]
  page: Page
  width: number
  /** Whether the tag names a column for this role and the column holds anything. */
  has(role: string): boolean
  /**
   * The column's numbers; null where not known. Throws when there is no such column, or it holds text. Their unit is
   * the tag's (`unit`, for `second` it is `second_unit`) unless the chart says another.
   */
  numbers(role: string, unit?: Unit): (number | null)[]
  /** The numbers of a column that the tag names among others, under its name for readers. */
  numbersOf(column: string, name: string): (number | null)[]
  /** The column's texts in the reader's language; codes are put in words when the tag says `words='group'`, or `x_words` for one role. */
  texts(role: string): string[]
  /** The column's months, as YYYY-MM-DD. */
  months(role: string): string[]
  /** What the chart has read so far, in its order: these are the rows behind it. */
  read: ReadColumn[]
  /** A wish of the tag, such as `title`. */
  wish(name: string): string | undefined
  /** A scale for these numbers in the unit that the tag names (`unit='money'`). */
  scale(values: (number | null)[], reads: 'axis' | 'list', unitWish?: string): Scale
  measure(text: string, weight?: 400 | 600, size?: number): number
}

export interface ReadColumn {
  role: string
  column: string
  /** Its name for readers, where the tag or the kind gives one; else that of the role. */
  name: string
  /** How its values are written. */
  unit: Unit | 'text' | 'month'
}

/** What a kind of chart makes of its input. */
export interface Plot extends Drawing {
  /** Printed under the title: `¥ million`. */
  unit: string
  /** Coloured names of what is drawn, where a label on the mark itself cannot be had. */
  key?: { colour: Colour; label: string }[]
  /** The figures drawn, for who cannot see them; `size` finds the extremes of many. */
  described: { label: string; value: string; size?: number | null }[]
}

export function openInput(
  rows: Row[],
  columns: string[],
  wishes: Record<string, unknown>,
  page: Page,
  half: boolean,
): ChartInput {
  const wish = (name: string) => (wishes[name] === undefined ? undefined : String(wishes[name]))
  const read: ReadColumn[] = []
  const find = (column: string): string => {
    if (columns.includes(column)) return column
    const near = didYouMean(column, columns)
    throw new Error(
      `the query has no column ${column}; it has ${columns.join(', ')}${near ? `. ${near}` : ''}`,
    )
  }
  const columnOf = (role: string): string => {
    const column = wish(role)
    if (column === undefined) throw new Error(`this chart needs ${role}='column'`)
    return find(column)
  }
  const note = (role: string, column: string, unit: string, name = wish(`${role}_label`) ?? '') => {
    if (!read.some((other) => other.column === column)) read.push({ role, column, unit, name })
  }
  const numbersIn = (column: string, role: string, unit: string) =>
    rows.map((row) => {
      const value = row[column] ?? null
      if (value !== null && typeof value !== 'number')
        throw new Error(`${column} holds text, and ${role} needs numbers`)
      return value === null ? null : page.format.shown(value, unit)
    })
  const numbers = (role: string, unit?: Unit) => {
    const column = columnOf(role)
    const own = unit ?? wish(units[role] ?? 'unit') ?? 'number'
    note(role, column, own)
    return numbersIn(column, role, own)
  }
  const labelOf = (unitWish: string): string => {
    const unit = wish(unitWish) ?? 'number'
    return ['money', 'number'].includes(unit)
      ? (wish(`${unitWish}_label`) ?? '')
      : page.words.code('units', unit)
  }
  return {
    rows,
    page,
    read,
    width: half ? widths.half : widths.full,
    wish,
    numbers,
    numbersOf(column, name) {
      const unit = wish('unit') ?? 'number'
      note('y', find(column), unit, name)
      return numbersIn(column, 'this chart', unit)
    },
    has: (role) => wish(role) !== undefined && rows.some((row) => row[columnOf(role)] !== null),
    texts(role) {
      const column = columnOf(role)
      const group = wish(`${role}_words`) ?? wish('words')
      note(role, column, 'text')
      return rows.map((row) => {
        const value = localised(row, column, page.locale)
        if (value === null || value === undefined) return page.words.say('page.not_known')
        return group && role !== 'group' ? page.words.code(group, String(value)) : String(value)
      })
    },
    months(role) {
      const column = columnOf(role)
      note(role, column, 'month')
      return rows.map((row) => String(row[column]))
    },
    scale(values, reads, unitWish = 'unit') {
      const { locale, currency } = page.format
      return scaleFor(values, wish(unitWish) ?? 'number', {
        locale,
        currency,
        label: labelOf(unitWish),
        reads,
      })
    },
    measure: (text, weight = 400, size = sizes.label) => page.measure(text, size, weight),
  }
}

/** The tag's name for the unit of a role that does not have the chart's own. */
const units: Record<string, string> = { second: 'second_unit', from: 'bin_unit', to: 'bin_unit' }

/** Text of a chart: never smaller than what prints legibly. */
export const label = (colour: Colour = 'muted', weight: 400 | 600 = 400) => ({
  color: colours[colour],
  fontSize: sizes.label,
  fontWeight: weight,
})

export const hairline = (colour: Colour = 'rule') => ({ color: colours[colour], width: 1 })

/** The axis of some numbers; from nought unless it is `cut`. */
export function scaleAxis(scale: Scale, values: (number | null)[], isCut = false) {
  const known = values.filter((value) => value !== null)
  const ends = isCut ? known : [0, ...known]
  const format = scale.ticks(Math.min(...ends), Math.max(...ends))
  return valueAxis({ format, step: scale.step })
}

/** A value axis that stays in the background: faint lines, muted numbers, no line of its own. */
export const valueAxis = ({ format, step }: Pick<Scale, 'format' | 'step'>) => ({
  type: 'value' as const,
  axisLine: { show: false },
  axisTick: { show: false },
  splitNumber: 4,
  // No two numbers of an axis may be written alike.
  minInterval: step,
  splitLine: { lineStyle: hairline('faint') },
  axisLabel: { ...label(), formatter: (value: number) => format(value) },
})

/** No axis: the values are written at their marks. */
export const hiddenAxis = {
  type: 'value' as const,
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: { show: false },
  splitLine: { show: false },
}

/** A category axis along the foot of a chart. */
export const footAxis = (data: string[]) => ({
  type: 'category' as const,
  data,
  axisLine: { lineStyle: hairline() },
  axisTick: { show: false },
  axisLabel: { ...label(), interval: 0 },
})

/** Room inside the drawing; axis labels are laid within it. */
export const room = (sides: { left?: number; right?: number; top?: number; bottom?: number }) => ({
  left: 2,
  right: 8,
  top: 14,
  bottom: 2,
  containLabel: true,
  ...sides,
})
