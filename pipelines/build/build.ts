import { sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import { withPositions } from '../engine-error.ts'
import type { StageContext } from '../stage.ts'
import { type AuditCounts, openAuditor } from './auditor.ts'
import { clear } from './clear.ts'
import { needsOf } from './closure.ts'
import { digest } from './digest.ts'
import { codeFingerprint } from './fingerprint.ts'
import { openMacros } from './macros.ts'
import { type Making, make, reuse } from './make.ts'
import { defineParameters } from './parameters.ts'
import { type BuildPlan, type PlannedModel, planBuild } from './plan-build.ts'
import { openModelWriter, type StoredColumn } from './store.ts'

export interface BuildOptions {
  /** Build every model and run every audit anew. */
  full: boolean
  /** Named in `ops.run`. */
  runId: string
  /** Which models: `ltv.customers+`, `+rfm.scores`, `tag:nightly`, `changed`. All of them when absent. */
  select?: readonly string[]
  /** Is told the plan before anything is done. */
  onPlan?: (planned: readonly PlannedModel[]) => void
}

export interface BuiltModel {
  /** `schema.table` */
  name: string
  action: 'built' | 'reused'
  rows: number
  seconds: number
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
  { full, runId, select, onPlan }: BuildOptions,
): Promise<Built> =>
  withPositions(db, async () => {
    const plan = await planBuild(ctx, db, { full, select })
    onPlan?.(plan.planned)
    await clear(db, plan)
    await defineParameters(db, plan.parameters)
    const built = await carryOut(ctx, db, plan)
    if (!plan.left) await writeRun(ctx, db, plan, runId)
    return built
  })

/** What a build would do to each model, and why, in the order of building. No table is touched. */
export const plan = (
  ctx: StageContext,
  db: Db,
  options: Pick<BuildOptions, 'full' | 'select'>,
): Promise<PlannedModel[]> => withPositions(db, async () => (await planBuild(ctx, db, options)).planned)

async function carryOut({ log }: StageContext, db: Db, plan: BuildPlan): Promise<Built> {
  const { code, steps, audits, carried, left = new Set<string>() } = plan
  const making: Making = { db, plan, columns: leftColumns(plan), writer: await openModelWriter(db) }
  const macros = openMacros(db, code, plan.standing.macros)
  await macros.start()
  const auditor = openAuditor(db, { audits, carried, columns: making.columns, macros, log, left })
  const models: BuiltModel[] = []
  try {
    for (const step of steps) {
      const { name } = step.model
      const from = performance.now()
      log.progress(`build ${models.length + 1}/${steps.length}: ${name}`)
      if (!step.reused) await macros.ensure(step.macros)
      const { rows } = await (step.reused ? reuse(making, step, step.reused) : make(making, step))
      const seconds = (performance.now() - from) / 1000
      models.push({ name, action: step.reused ? 'reused' : 'built', rows, seconds })
      await auditor.after(name)
    }
  } finally {
    making.writer.close()
  }
  await macros.ensure(standingMacros(plan))
  return { models, audits: await auditor.finish() }
}

/** Columns of the models that stay as they stand: those made now may read them. */
function leftColumns({ left, standing }: BuildPlan): Making['columns'] {
  const rows = [...(left ?? [])].flatMap((name) => standing.models.get(name) ?? [])
  return new Map(rows.map(({ name, columns_json }) => [name, JSON.parse(columns_json) as StoredColumn[]]))
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
