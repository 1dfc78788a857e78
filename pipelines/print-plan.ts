import type { PlannedIntervals } from './build/foresee.ts'
import type { PlannedModel } from './build/plan-build.ts'
import { printTable } from './print.ts'
import { toldIntervals } from './print-intervals.ts'

/** Reasons shown of a model that has many. */
const shownReasons = 3

/** What is built and why; what is reused in a line; of what is left, only what is stale. */
export function printPlan(planned: readonly PlannedModel[]): string {
  const of = (action: PlannedModel['action']) => planned.filter((model) => model.action === action)
  const [built, reused, left] = [of('build'), of('reuse'), of('leave')]
  const stale = left.filter((model) => model.stale)
  const parts = [`plan: ${built.length} to build, ${reused.length} reused`]
  if (left.length > 0) parts.push(`${left.length} left as they stand, ${stale.length} of them stale`)
  const tables = [
    ...(built.length > 0 ? [printTable(['build', 'why'], built.map(row))] : []),
    ...(stale.length > 0 ? [printTable(['left stale', 'why'], stale.map(row))] : []),
  ]
  return [parts.join(', '), ...tables].join('\n\n')
}

const row = ({ name, why, intervals }: PlannedModel): string[] => [
  name,
  [told(why), ...(intervals ? [toldPlanned(intervals)] : [])].join('; '),
]

function toldPlanned({ all, after, ...intervals }: PlannedIntervals): string {
  if (all) return `every ${intervals.interval}`
  if (after.length > 0) return `which ${intervals.interval}s is known when ${after.join(' and ')} is made`
  return toldIntervals(intervals)
}

function told(why: readonly string[]): string {
  const more = why.length - shownReasons
  return more > 0 ? `${why.slice(0, shownReasons).join('; ')}; and ${more} more` : why.join('; ')
}
