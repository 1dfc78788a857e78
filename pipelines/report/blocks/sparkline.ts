import Handlebars from 'handlebars'
import type { Cell } from '../../duckdb.ts'
import type { Page } from '../page.ts'

const width = 72
const height = 16

/** A row's numbers over time as a small line, its last one marked; a null leaves a gap. Read aloud by first, last and extremes. */
export function sparkline(value: Cell, label: string, { words, format }: Page): Handlebars.SafeString {
  if (!Array.isArray(value)) throw new Error(`${label}: a sparkline needs a list of numbers`)
  const numbers = value.map((item) => (typeof item === 'number' ? item : null))
  const known = numbers.filter((item) => item !== null)
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return new Handlebars.SafeString('–')
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const x = (i: number) => 2 + (i / Math.max(1, numbers.length - 1)) * (width - 5)
  const y = (item: number) => height - 3 - ((item - low) / (high - low || 1)) * (height - 6)
  const points = numbers.map((item, i) => (item === null ? null : `${x(i).toFixed(1)} ${y(item).toFixed(1)}`))
  const path = points
    .map((point, i) => (point === null ? '' : `${i === 0 || points[i - 1] === null ? 'M' : 'L'}${point}`))
    .join('')
  const end = numbers.findLastIndex((item) => item !== null)
  const said = [
    words.say('chart.from_to', { first: format.number(first), last: format.number(last) }),
    words.say('chart.extremes', { highest: format.number(high), lowest: format.number(low) }),
  ].join('. ')
  const name = Handlebars.escapeExpression(said)
  return new Handlebars.SafeString(
    `<svg class="spark" role="img" aria-label="${name}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><title>${name}</title><path d="${path}" fill="none" stroke="var(--primary)" stroke-width="1.25"/><circle cx="${x(end).toFixed(1)}" cy="${y(last).toFixed(1)}" r="2" fill="var(--primary)"/></svg>`,
  )
}
