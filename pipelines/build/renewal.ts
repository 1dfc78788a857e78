import { type Needs, needsOf } from './closure.ts'
import type { Parts } from './fingerprint.ts'
import type { IncrementalModel } from './incremental.ts'
import type { ChangedInterval } from './input-digests.ts'
import { after, type Day, dayOf, labelOf, type Span, spansOf, startOf } from './interval.ts'
import { differences, reason } from './planned.ts'
import type { Macro } from './source.ts'
import type { ModelRow } from './store.ts'

/** A stretch of days that is to be made anew though nothing has changed; both are first and last days. */
export interface Restated {
  /** YYYY-MM-DD */
  from: string
  to: string
}

/** What has to be found out to renew a table that stands. */
export interface Renewal {
  row: ModelRow
  /** Why all of it is made anew. */
  whole: string[]
  /** Inputs that are to be compared interval by interval with those it was made from. */
  compare: string[]
  /** From this day on everything is made anew: the as-of date moved across it. */
  open?: Day
  restate?: Restated
}

interface Given {
  macros: ReadonlyMap<string, Macro>
  restate: Restated | undefined
  /** Inputs that may have other rows although their fingerprint is the same. */
  doubted: ReadonlySet<string>
}

/** How a table that was made under `row` becomes what `parts` say. */
export function renewalOf(
  model: IncrementalModel,
  parts: Parts,
  row: ModelRow,
  { macros, restate, doubted }: Given,
): Renewal {
  const { inputs, interval } = model.head.incremental
  const before = JSON.parse(row.parts_json) as Parts
  const changed = differences(parts, before)
  const moved = changed.includes('as_of') && 'as_of' in before && 'as_of' in parts
  const isSettled = moved && isBounded(model, needsOf([model.select.references], macros))
  const compare = Object.keys(inputs).filter((name) => changed.includes(`input ${name}`) || doubted.has(name))
  const whole = changed
    .filter((part) => !(part === 'as_of' && isSettled) && !compare.some((name) => part === `input ${name}`))
    .map((part) => reason(part, before[part], parts[part]))
  const doubtful = [...doubted].filter((name) => !(name in inputs)).map((name) => `${name} is restated`)
  const first = [before.as_of, parts.as_of].toSorted()[0] as string
  return {
    row,
    whole: [...whole, ...doubtful],
    compare,
    ...(isSettled ? { open: startOf(interval, dayOf(first)) } : {}),
    ...(restate ? { restate } : {}),
  }
}

/**
 * Whether another as-of date leaves rows of past intervals alone: every `as_of()` is compared with a column that
 * places an input's rows in intervals.
 */
const isBounded = ({ head }: IncrementalModel, { asOfAgainst }: Needs): boolean =>
  asOfAgainst.every(
    (against) => against && head.incremental.inputs[against.table]?.toLowerCase() === against.column,
  )

/** The intervals that are to be made anew, as spans of days, and why; or why all of them are. */
export interface Choice {
  whole: string[]
  spans: Span[]
  /** By first day. */
  why: Map<Day, string>
  open?: Day
}

/** More spans than this are drawn together: each is a query of its own. */
const mostSpans = 4

export function choose(
  model: IncrementalModel,
  renewal: Renewal,
  changes: readonly ChangedInterval[],
): Choice {
  const { interval, lookback, inputs } = model.head.incremental
  const { open, restate } = renewal
  const dayless = changes.filter(({ start }) => start === null)
  const whole = [
    ...renewal.whole,
    ...dayless.map(({ input }) => `rows of ${input} without ${inputs[input]} changed`),
  ]
  const why = new Map<Day, string>()
  if (restate) {
    const last = dayOf(restate.to)
    for (let day = startOf(interval, dayOf(restate.from)); day <= last; day = after(interval, day))
      why.set(day, 'restated')
  }
  for (const change of changes) {
    if (change.start === null) continue
    for (let i = 1; i <= lookback; i++) {
      const later = after(interval, change.start, i)
      const told = `${change.input} changed in ${labelOf(interval, change.start)}`
      why.set(later, why.get(later) ?? told)
    }
  }
  // What happened in the interval itself is told first.
  for (const change of changes) if (change.start !== null) why.set(change.start, said(change))
  const spans = spansOf(interval, why.keys(), mostSpans, open)
  return { whole, spans, why, ...(open === undefined ? {} : { open }) }
}

export const whyOf = ({ why, open }: Choice, start: Day): string =>
  why.get(start) ?? (open !== undefined && start >= open ? 'as-of date' : 'between the others')

/** `+2 rows in core.orders` */
function said({ input, before, now }: ChangedInterval): string {
  if (before === 0) return `first rows in ${input}`
  if (now === 0) return `no rows left in ${input}`
  const more = now - before
  if (more === 0) return `changed rows in ${input}`
  return `${more > 0 ? '+' : '−'}${Math.abs(more)} ${Math.abs(more) === 1 ? 'row' : 'rows'} in ${input}`
}

export const isWithin = (day: Day, spans: readonly Span[]): boolean =>
  spans.some(({ from, to }) => day >= from && (to === undefined || day < to))
