import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import type { Interval } from './head.ts'
import { isIncremental, sliced } from './incremental.ts'
import { startsIn } from './interval-rows.ts'
import type { BuildPlan } from './plan-build.ts'
import type { PlannedModel } from './planned.ts'
import { chosenIntervals, type RenewedIntervals, told } from './renew.ts'
import type { Step } from './steps.ts'
import type { StoredColumn } from './store.ts'

/** What a build would do to the intervals of an incremental model that stands. */
export interface PlannedIntervals extends RenewedIntervals {
  interval: Interval
  /** Every one is made anew, for the reasons of the model. */
  all: boolean
  /** Inputs that are made first: only then is it known which. */
  after: string[]
}

/** The plan with what is known of intervals. It takes the digests of inputs, so it is told only to who asks. */
export async function foreseen(db: Db, plan: BuildPlan): Promise<PlannedModel[]> {
  const steps = new Map(plan.steps.map((step) => [step.model.name, step]))
  const all: PlannedModel[] = []
  for (const planned of plan.planned) {
    const intervals = await intervalsOf(db, plan, steps, planned.name)
    all.push(intervals ? { ...planned, intervals } : planned)
  }
  return all
}

async function intervalsOf(
  db: Db,
  plan: BuildPlan,
  steps: ReadonlyMap<string, Step>,
  name: string,
): Promise<PlannedIntervals | undefined> {
  const { model, renewal } = steps.get(name) ?? {}
  if (!model || !renewal || !isIncremental(model)) return undefined
  const { interval } = model.head.incremental
  const nothing: PlannedIntervals = { interval, all: false, anew: [], kept: 0, after: [] }
  if (renewal.whole.length > 0) return { ...nothing, all: true }
  const after = renewal.compare.filter((input) => steps.has(input) && !steps.get(input)?.reused)
  if (after.length > 0) return { ...nothing, after }
  const stored = JSON.parse(renewal.row.columns_json) as StoredColumn[]
  const { inputs } = await sliced(db, model, plan.code.macros, stored)
  const choice = await chosenIntervals(db, model, renewal, inputs)
  if (choice.whole.length > 0) return { ...nothing, all: true }
  return {
    ...nothing,
    ...told(model, choice, await startsIn(db, model, sql.table(name)), [...choice.why.keys()]),
  }
}
