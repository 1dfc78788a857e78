import { sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import { withPositions } from '../engine-error.ts'
import { toldIntervals } from '../print-intervals.ts'
import type { StageContext } from '../stage.ts'
import { type AuditCounts, openAuditor } from './auditor.ts'
import { deliveredShapes } from './bound-before.ts'
import { openCalculator } from './calculator.ts'
import { clear } from './clear.ts'
import { needsOf } from './closure.ts'
import { openBinder } from './columns.ts'
import { digest } from './digest.ts'
import { codeFingerprint } from './fingerprint.ts'
import { foreseen } from './foresee.ts'
import { openMacros } from './macros.ts'
import { type Making, make, reuse } from './make.ts'
import { defineParameters } from './parameters.ts'
import { type BuildPlan, type PlannedModel, type PlanOptions, planBuild, type Step } from './plan-build.ts'
import { readySteps } from './ready.ts'
import type { RenewedIntervals } from './renew.ts'
import type { Restated } from './renewal.ts'
import { openModelWriter, type StoredColumn } from './store.ts'

export interface BuildOptions {
  /** Build every model and run every audit anew. */
  full: boolean
  /** Named in `ops.run`. */
  runId: string
  /** Which models: `ltv.customers+`, `+rfm.scores`, `tag:nightly`, `changed`. All of them when absent. */
  select?: readonly string[]
  /** Days whose intervals are made anew in incremental models, whether or not an input has changed. */
  restate?: Restated | undefined
  /** Is told the plan before anything is done. */
  onPlan?: (planned: readonly PlannedModel[]) => void
}

export interface BuiltModel {
  /** `schema.table` */
  name: string
  action: 'built' | 'reused'
  rows: number
  seconds: number
  /** Of the audits that were run once it was there. */
  auditSeconds: number
  /** Of an incremental model of which only some intervals were made anew. */
  intervals?: RenewedIntervals
}

export interface Built {
  /** In the order they were made. */
  models: BuiltModel[]
  audits: AuditCounts
}

/**
 * Makes every model of the project in `db`, each after those it reads, and audits it. What has the fingerprint of
 * the copy it builds on is reused. All faults of all files are thrown at once, before anything is written; a model
 * that fails, or an audit of severity error that fails, stops the build.
 * With `select` the models outside it stay as they stand, and `ops.run` goes on telling of the last whole build.
 */
export const build = (
  ctx: StageContext,
  db: Db,
  { full, runId, select, restate, onPlan }: BuildOptions,
): Promise<Built> =>
  withPositions(db, async () => {
    const plan = await planBuild(ctx, db, { full, select, restate })
    onPlan?.(plan.planned)
    await clear(db, plan)
    await defineParameters(db, plan.parameters)
    const built = await carryOut(ctx, db, plan).finally(() => plan.memory.save())
    if (!plan.left) await writeRun(ctx, db, plan, runId)
    return built
  })

/** What a build would do to each model, and why, in the order of building. No table is touched. */
export const plan = (ctx: StageContext, db: Db, options: PlanOptions): Promise<PlannedModel[]> =>
  withPositions(db, async () => foreseen(db, await planBuild(ctx, db, options)))

async function carryOut({ log }: StageContext, db: Db, plan: BuildPlan): Promise<Built> {
  const { code, steps, audits, carried, left = new Set<string>() } = plan
  const [writer, binder] = [await openModelWriter(db), await openBinder(db)]
  const shapes = await deliveredShapes(db)
  const making: Making = { db, plan, columns: knownColumns(plan), writer, binder, shapes }
  const macros = openMacros(db, code, plan.standing.macros)
  await macros.start()
  const auditor = openAuditor(db, { audits, carried, columns: making.columns, macros, log, left })
  const models: BuiltModel[] = []
  const calculator = openCalculator()
  const prepare = async ({ model, macros: needed, reused }: Step) => {
    log.progress(`build ${models.length + 1}/${steps.length}: ${model.name}`)
    if (!reused) await macros.ensure(needed)
  }
  try {
    for await (const { step, result, seconds: before } of readySteps(making, calculator, prepare)) {
      const { name } = step.model
      const from = performance.now()
      const told = await (step.reused ? reuse(making, step, step.reused) : make(making, step, result))
      const made = performance.now()
      if (told.intervals) log.line(`build ${name}: ${toldIntervals(told.intervals)}`)
      await auditor.after(name)
      models.push({
        name,
        action: step.reused ? 'reused' : 'built',
        ...told,
        seconds: before + (made - from) / 1000,
        auditSeconds: (performance.now() - made) / 1000,
      })
    }
  } finally {
    await calculator.close()
    await writer.flush()
    writer.close()
    binder.close()
  }
  await macros.ensure(standingMacros(plan))
  return { models, audits: await auditor.finish() }
}

/** Columns of what the models made now may read: tables of load, and models that stay as they stand. */
function knownColumns({ delivered, left, standing }: BuildPlan): Making['columns'] {
  const rows = [...(left ?? [])].flatMap((name) => standing.models.get(name) ?? [])
  const stored = rows.map(
    ({ name, columns_json }) => [name, JSON.parse(columns_json) as StoredColumn[]] as const,
  )
  return new Map([...delivered, ...stored])
}

/** After a part of the models, a macro may read a table that is not there yet. */
function standingMacros({ code, steps, standing, left }: BuildPlan): string[] {
  const there = new Set([...standing.objects.keys(), ...steps.map(({ model }) => model.name)])
  return [...code.macros.values()]
    .filter(({ references }) => !left || needsOf([references], code.macros).tables.isSubsetOf(there))
    .map(({ name }) => name)
}

/** Says in the warehouse what it was made from. */
async function writeRun(
  { project, asOf }: StageContext,
  db: Db,
  { standing }: BuildPlan,
  runId: string,
): Promise<void> {
  const row = {
    run_id: runId,
    as_of: asOf,
    code_fingerprint: await codeFingerprint(project),
    landing_fingerprint: digest(...[...standing.inputs].sort().flat()),
    reporting_currency: project.config.reportingCurrency,
  }
  await db.transaction(async () => {
    await db.run(sql`delete from ops.run`)
    await db.run(composer.insertInto('ops.run').values(row))
  })
}
