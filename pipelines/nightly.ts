import { createHash } from 'node:crypto'
import { type BuildOptions, build } from './build/build.ts'
import { codeFingerprint } from './build/fingerprint.ts'
import type { Db } from './duckdb.ts'
import { ClienteleError } from './error.ts'
import { extract } from './extract/extract.ts'
import { landingFingerprint } from './landing.ts'
import type { Ledger } from './ledger.ts'
import { keepOutcomes } from './lists/keep-outcomes.ts'
import { purgeLists } from './lists/purge.ts'
import { load } from './load/load.ts'
import { discardBuilding, openBuilding } from './publish/building.ts'
import { keepIds } from './publish/keep.ts'
import { publish, publishedRunId } from './publish/publish.ts'
import { type ReportOptions, report } from './report/report.ts'
import type { StageContext } from './stage.ts'

export interface NightOptions extends ReportOptions, Partial<Pick<BuildOptions, 'select' | 'onPlan'>> {
  /** Rebuild everything from landing instead of reusing what is unchanged. */
  full?: boolean
}

/**
 * The whole night, top to bottom. What it throws leaves the last published warehouse and pack as they were.
 * The reports come after publishing: when only the PDF cannot be printed the new warehouse stands and the run fails.
 */
export async function nightly(ctx: StageContext, ledger: Ledger, options: NightOptions = {}): Promise<void> {
  const { project } = ctx
  await prepare(ctx, ledger)
  await purgeLists(ctx)
  await extractStage(ctx, ledger)
  const db = await openBuilding(project, { fresh: true, full: options.full ?? false })
  try {
    await loadStage(ctx, ledger, db, options)
    await buildStage(ctx, ledger, db, options)
    await publishStage(ctx, ledger, db, options)
  } finally {
    db.close()
  }
  await reportStage(ctx, ledger, options)
}

/** A project that can make its own inputs does so before anything else. */
export async function prepare(ctx: StageContext, ledger: Ledger): Promise<void> {
  const { config, dir } = ctx.project
  const make = config.prepare
  if (!make) return
  await ledger.stage('prepare', () => make({ dir, report: (text) => ctx.log.progress(`prepare: ${text}`) }))
}

export async function extractStage(ctx: StageContext, ledger: Ledger): Promise<void> {
  const landed = await ledger.stage('extract', () => extract(ctx))
  ledger.record.tables = landed.map(({ source, table, landed: rows }) => ({
    source,
    table,
    landed: rows,
    read: 0,
    loaded: 0,
    quarantined: 0,
    superseded: 0,
  }))
  ledger.record.runId = await nightId(ctx)
}

export async function loadStage(
  ctx: StageContext,
  ledger: Ledger,
  db: Db,
  { full }: NightOptions,
): Promise<void> {
  const loaded = await ledger.stage('load', () => load(ctx, db, { full: full ?? false }))
  const landed = new Map(ledger.record.tables.map((table) => [table.table, table.landed]))
  ledger.record.tables = loaded.map((table) => ({ ...table, landed: landed.get(table.table) ?? 0 }))
}

export async function buildStage(
  ctx: StageContext,
  ledger: Ledger,
  db: Db,
  { full = false, select, onPlan }: NightOptions,
): Promise<void> {
  const runId = await nightId(ctx)
  const options: BuildOptions = { full, runId, ...(select ? { select } : {}), ...(onPlan ? { onPlan } : {}) }
  ledger.record.runId = runId
  const { models, audits } = await ledger.stage('build', () => build(ctx, db, options))
  const built = models.filter(({ action }) => action === 'built').length
  ledger.record.models = { built, reused: models.length - built }
  ledger.record.audits = audits
}

/** A night that was published already, and of which nothing was built anew, is not published twice. */
export async function publishStage(
  ctx: StageContext,
  ledger: Ledger,
  db: Db,
  { full }: NightOptions,
): Promise<void> {
  const { record } = ledger
  await ledger.stage('publish', async () => {
    const unchanged =
      !full && record.models.built === 0 && (await publishedRunId(ctx.project)) === record.runId
    if (unchanged) {
      await discardBuilding(ctx.project, db)
      ctx.log.line(`publish: nothing changed, ${record.runId} stands`)
    } else await publish(ctx.project, db, record.runId as string)
    await keepIds(ctx.project)
    await keepOutcomes(ctx.project)
  })
}

export async function reportStage(ctx: StageContext, ledger: Ledger, options: ReportOptions): Promise<void> {
  const { files, missing } = await ledger.stage('report', () =>
    report(ctx, ctx.project.paths.warehouse, options),
  )
  ledger.record.reports = files
  ledger.record.runId ??= await publishedRunId(ctx.project)
  if (missing) throw new ClienteleError({ what: missing })
}

/** As-of date and fingerprint of (landing, code, parameters): two nights made from the same have the same id. */
async function nightId({ project, asOf }: StageContext): Promise<string> {
  const inputs = [asOf, await landingFingerprint(project), await codeFingerprint(project)]
  return `${asOf}-${createHash('sha256').update(inputs.join('\n')).digest('hex').slice(0, 8)}`
}
