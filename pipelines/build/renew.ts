import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { throwFaults } from '../error.ts'
import type { GivenColumn } from './columns.ts'
import { guard, guarded } from './guard.ts'
import type { Interval } from './head.ts'
import { type IncrementalModel, type SlicedInput, sliced } from './incremental.ts'
import { areKnown, changedIntervals, keepDigests, takeDigests } from './input-digests.ts'
import { type Day, labelOf } from './interval.ts'
import { refuseTimeless, rowsInto, startsIn } from './interval-rows.ts'
import { within } from './interval-sql.ts'
import type { BuildPlan } from './plan-build.ts'
import { type Choice, choose, isWithin, type Renewal, whyOf } from './renewal.ts'
import { checkedColumns, countOf, type Made, runModel } from './run-model.ts'
import type { StoredColumn } from './store.ts'

/** What happens to the intervals of a model. */
export interface RenewedIntervals {
  interval: Interval
  /** Those made anew, with why. */
  anew: { interval: string; why: string }[]
  /** How many stay as they are. */
  kept: number
}

/**
 * Makes an incremental model inside the caller's transaction: all of it, or only the intervals whose inputs changed.
 * Both give the same rows, and the same digests of what they were made from.
 */
export async function makeIntervals(
  db: Db,
  model: IncrementalModel,
  plan: Pick<BuildPlan, 'types' | 'parameters' | 'code'>,
  renewal: Renewal | undefined,
): Promise<Made & { intervals?: RenewedIntervals }> {
  const columns = await checkedColumns(db, model, plan.types)
  const { inputs, faults } = await sliced(db, model, plan.code.macros, columns)
  throwFaults(faults)
  if (renewal && isSame(renewal, columns)) {
    const choice = await chosenIntervals(db, model, renewal, inputs)
    if (choice.whole.length === 0) {
      const intervals = await renew(db, model, columns, choice, plan.parameters.asOf)
      await keepDigests(db, model, renewal.compare)
      return { columns, rows: await countOf(db, model.name), intervals }
    }
  }
  const made = await runModel(db, model, plan)
  await takeDigests(db, model, inputs)
  await keepDigests(db, model)
  return made
}

/** What is to be made anew, once the inputs stand. The digests taken for it are at hand afterwards. */
export async function chosenIntervals(
  db: Db,
  model: IncrementalModel,
  renewal: Renewal,
  inputs: readonly SlicedInput[],
): Promise<Choice> {
  if (!(await areKnown(db, model)))
    return { whole: ['its intervals are not known'], spans: [], why: new Map() }
  const compared = inputs.filter(({ name }) => renewal.compare.includes(name))
  await takeDigests(db, model, compared)
  return choose(model, renewal, await changedIntervals(db, model, renewal.compare))
}

/** Rows of another shape cannot stand beside those that are there. */
function isSame({ whole, row }: Renewal, columns: readonly GivenColumn[]): boolean {
  const shape = (all: readonly GivenColumn[]) => JSON.stringify(all.map(({ name, type }) => [name, type]))
  return whole.length === 0 && shape(JSON.parse(row.columns_json) as StoredColumn[]) === shape(columns)
}

const fresh = sql.id('temp', 'fresh_rows')

/** Makes the rows of the spans anew and puts them in the place of those that stand. */
async function renew(
  db: Db,
  model: IncrementalModel,
  columns: readonly GivenColumn[],
  choice: Choice,
  asOf: string,
): Promise<RenewedIntervals> {
  const table = sql.table(model.name)
  const time = sql.id(model.head.incremental.time)
  const { spans } = choice
  const stood = await startsIn(db, model, table)
  if (spans.length === 0) return told(model, choice, stood, [])
  const kept = stood.filter((start) => !isWithin(start, spans))
  const looked = guarded(model, kept, choice, asOf)
  if (looked !== undefined) await guard(db, model, columns, looked)
  await refuseTimeless(db, model)
  await db.run(sql`create or replace temp table ${fresh} as select * from ${table} limit 0`)
  for (const span of spans) await rowsInto(db, model, sql`insert into ${fresh}`, within(time, span))
  for (const span of spans) await db.run(sql`delete from ${table} where ${within(time, span)}`)
  await db.run(sql`insert into ${table} select * from ${fresh}`)
  return told(model, choice, stood, await startsIn(db, model, fresh))
}

/** What a choice comes to, given the intervals that stood and those that there are rows for now. */
export function told(
  { head }: IncrementalModel,
  choice: Choice,
  stood: readonly Day[],
  now: readonly Day[],
): RenewedIntervals {
  const { interval } = head.incremental
  const { spans } = choice
  const anew = new Set([...stood.filter((start) => isWithin(start, spans)), ...now])
  return {
    interval,
    anew: [...anew]
      .toSorted((a, b) => a - b)
      .map((start) => ({ interval: labelOf(interval, start), why: whyOf(choice, start) })),
    kept: stood.filter((start) => !isWithin(start, spans)).length,
  }
}
