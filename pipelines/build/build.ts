import { sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import { withPositions } from '../engine-error.ts'
import type { StageContext } from '../stage.ts'
import { type AuditCounts, openAuditor } from './auditor.ts'
import { clear } from './clear.ts'
import { digest } from './digest.ts'
import { codeFingerprint } from './fingerprint.ts'
import { openMacros } from './macros.ts'
import { type Making, make, reuse } from './make.ts'
import { defineParameters } from './parameters.ts'
import { type BuildPlan, planBuild } from './plan-build.ts'
import { openModelWriter } from './store.ts'

export interface BuildOptions {
  /** Build every model and run every audit anew. */
  full: boolean
  /** Named in `ops.run`. */
  runId: string
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
 */
export const build = (ctx: StageContext, db: Db, { full, runId }: BuildOptions): Promise<Built> =>
  withPositions(db, async () => {
    const plan = await planBuild(ctx, db, full)
    await clear(db, plan)
    await defineParameters(db, plan.parameters)
    const built = await carryOut(ctx, db, plan)
    await writeRun(ctx, db, plan, runId)
    return built
  })

async function carryOut({ log }: StageContext, db: Db, plan: BuildPlan): Promise<Built> {
  const { code, steps, audits, carried } = plan
  const making: Making = { db, plan, columns: new Map(), writer: await openModelWriter(db) }
  const macros = openMacros(db, code, plan.standing.macros)
  await macros.start()
  const auditor = openAuditor(db, { audits, carried, columns: making.columns, macros, log })
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
  await macros.ensure(code.macros.keys())
  return { models, audits: await auditor.finish() }
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
