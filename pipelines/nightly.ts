import { createHash } from 'node:crypto'
import { type BuildOptions, type BuiltModel, build } from './build/build.ts'
import { codeFingerprint } from './build/fingerprint.ts'
import { compact } from './compact/compact.ts'
import { type Db, openDatabase } from './duckdb.ts'
import { ClienteleError } from './error.ts'
import { landingFingerprint } from './landing.ts'
import type { Ledger, RunRecord } from './ledger.ts'
import { keepOutcomes } from './lists/keep-outcomes.ts'
import { purgeLists } from './lists/purge.ts'
import { load } from './load/load.ts'
import { lookBack } from './look-back.ts'
import { type BuildingOptions, discardBuilding, openBuilding } from './publish/building.ts'
import { keepIds } from './publish/keep.ts'
import { keepPast, warehouseAsOf } from './publish/past.ts'
import { publish, publishedRunId } from './publish/publish.ts'
import { dayOf } from './publish/versions.ts'
import type { PackPart } from './report/parts.ts'
import type { ReportOptions } from './report/report.ts'
import type { Asked } from './scope/members.ts'
import type { openScoped } from './scope/scope.ts'
import type { StageContext } from './stage.ts'

export interface NightOptions
  extends ReportOptions,
    Partial<Pick<BuildOptions, 'select' | 'restate' | 'onPlan'>> {
  /** Rebuild everything from landing instead of reusing what is unchanged. */
  full?: boolean
  /** Put together in landing what is due before it is loaded. */
  compacting?: boolean
}

/**
 * The whole night, top to bottom. What it throws leaves the last published warehouse and pack as they were.
 * The reports come after publishing: when only the PDF cannot be printed the new warehouse stands and the run fails.
 */
export async function nightly(
  given: StageContext,
  ledger: Ledger,
  options: NightOptions = {},
): Promise<void> {
  const ctx = await inItsTime(given, ledger)
  const isPast = ctx.knownBy !== undefined
  if (!isPast) {
    await prepare(ctx, ledger)
    await purgeLists(ctx)
    await extractStage(ctx, ledger)
  }
  const db = await openBuilding(ctx.project, await startOf(ctx, { fresh: true, full: options.full ?? false }))
  try {
    await loadStage(ctx, ledger, db, { ...options, compacting: !isPast })
    await buildStage(ctx, ledger, db, options)
    // While the engine writes the file there is time for what the pages need: their code, and the outline of all models.
    const ahead = readAhead(ctx)
    await publishStage(ctx, ledger, db, options)
    await ahead
  } finally {
    db.close()
  }
  await reportStage(ctx, ledger, options)
}

/** What fails here is told by the stage that needs it. */
async function readAhead({ project }: StageContext): Promise<void> {
  const outline = import('./catalog/read-outline.ts').then(({ readOutline }) => readOutline(project))
  await Promise.allSettled([import('./report/report.ts'), outline])
}

/** The run as of its day: of a past day it looks back, and says so. What comes tonight is of tonight. */
export async function inItsTime(given: StageContext, ledger: Ledger): Promise<StageContext> {
  const { ctx, warnings } = await lookBack(given)
  for (const warning of warnings) ctx.log.line(`past: ${warning}`)
  ledger.record.warnings.push(...warnings)
  return ctx
}

/** What the copy begins as. A past day begins as its own warehouse, where one stands: nothing of it is made again. */
export const startOf = async (
  { project, asOf, knownBy }: StageContext,
  options: BuildingOptions,
): Promise<BuildingOptions> =>
  knownBy === undefined ? options : { ...options, from: await warehouseAsOf(project, asOf) }

/** A project that can make its own inputs does so before anything else. */
export async function prepare(ctx: StageContext, ledger: Ledger): Promise<void> {
  const { config, dir } = ctx.project
  const make = config.prepare
  if (!make) return
  await ledger.stage('prepare', () => make({ dir, report: (text) => ctx.log.progress(`prepare: ${text}`) }))
}

export async function extractStage(ctx: StageContext, ledger: Ledger): Promise<void> {
  await keepForLanding(ctx)
  const { extract } = await import('./extract/extract.ts')
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
  { full, compacting }: NightOptions,
): Promise<void> {
  const held = (said: string) => {
    ledger.record.warnings.push(said)
    ctx.log.line(said)
  }
  const loaded = await ledger.stage('load', async () => {
    if (compacting) await compact(ctx, db)
    return load(ctx, db, { full: full ?? false, held })
  })
  const landed = new Map(ledger.record.tables.map((table) => [table.table, table.landed]))
  ledger.record.tables = loaded.map((table) => ({ ...table, landed: landed.get(table.table) ?? 0 }))
}

export async function buildStage(
  ctx: StageContext,
  ledger: Ledger,
  db: Db,
  { full = false, select, restate, onPlan }: NightOptions,
): Promise<void> {
  const runId = await nightId(ctx)
  const options: BuildOptions = {
    full,
    runId,
    restate,
    ...(select ? { select } : {}),
    ...(onPlan ? { onPlan } : {}),
  }
  ledger.record.runId = runId
  const { models, audits } = await ledger.stage('build', () => build(ctx, db, options))
  const built = models.filter(({ action }) => action === 'built').length
  ledger.record.models = { built, reused: models.length - built, ...timesOf(models) }
  ledger.record.audits = audits
}

/** Seconds of each model that was built, and of its audits that were run. */
function timesOf(models: readonly BuiltModel[]): Pick<RunRecord['models'], 'seconds' | 'auditSeconds'> {
  const rounded = (seconds: number) => Math.round(seconds * 1000) / 1000
  const built = models.filter(({ action }) => action === 'built')
  const audited = models.filter(({ auditSeconds }) => rounded(auditSeconds) > 0)
  return {
    seconds: Object.fromEntries(built.map(({ name, seconds }) => [name, rounded(seconds)])),
    auditSeconds: Object.fromEntries(audited.map(({ name, auditSeconds }) => [name, rounded(auditSeconds)])),
  }
}

/**
 * A night that was published already, and of which nothing was built anew, is not published twice; that of a past day
 * is kept beside what is published.
 */
export async function publishStage(
  ctx: StageContext,
  ledger: Ledger,
  db: Db,
  { full }: NightOptions,
): Promise<void> {
  const { record } = ledger
  await ledger.stage('publish', async () => {
    if (ctx.knownBy !== undefined) return keepPast(ctx.project, db, record.runId as string)
    const unchanged =
      !full && record.models.built === 0 && (await publishedRunId(ctx.project)) === record.runId
    if (unchanged) {
      await discardBuilding(ctx.project, db)
      ctx.log.line(`publish: nothing changed, ${record.runId} stands`)
    } else await publish(ctx.project, db, record.runId as string)
  })
}

/** What the last night before this day gave is delivered to this one. A night that is run again is told nothing of itself. */
async function keepForLanding({ project, asOf }: StageContext): Promise<void> {
  const before = await publishedRunId(project)
  if (before === null || dayOf(before) >= asOf) return
  const published = await openDatabase(project.paths.warehouse, { readOnly: true })
  try {
    await keepIds(published, project)
    await keepOutcomes(published, project)
  } finally {
    published.close()
  }
}

export async function reportStage(
  ctx: StageContext,
  ledger: Ledger,
  { scope, ...options }: ReportOptions & { scope?: Asked },
): Promise<void> {
  const warehouse = await warehouseOf(ctx)
  // Reports that are asked for by name leave the catalogue of their night as it is; packs made apart have none.
  const isApart = options.given || options.currency || scope
  const parts = options.names || isApart ? [] : [cataloguePart(ctx, warehouse)]
  await packStage(ctx, ledger, 'report', warehouse, {
    ...options,
    parts,
    ...(scope ? { openScoped: (queries) => openPart(ctx, warehouse, scope, queries) } : {}),
  })
}

/** Reports of the whole firm do without what makes a part of it. */
const openPart = async (...given: Parameters<typeof openScoped>) => {
  const { openScoped } = await import('./scope/scope.ts')
  return openScoped(...given)
}

/** The published warehouse, or that of the past day that is looked at. */
async function warehouseOf({ project, asOf, knownBy }: StageContext): Promise<string> {
  if (knownBy === undefined) return project.paths.warehouse
  const past = await warehouseAsOf(project, asOf)
  if (past !== undefined) return past
  throw new ClienteleError({
    what: `no warehouse as of ${asOf} is kept`,
    how: `Make it anew, from what had landed then: clientele nightly --as-of ${asOf}`,
  })
}

/** Makes the catalogue anew, and leaves the reports of its night beside it as they are. */
export const catalogueStage = (ctx: StageContext, ledger: Ledger): Promise<void> =>
  packStage(ctx, ledger, 'catalogue', ctx.project.paths.warehouse, {
    names: [],
    parts: [cataloguePart(ctx, ctx.project.paths.warehouse)],
  })

async function packStage(
  ctx: StageContext,
  ledger: Ledger,
  name: string,
  warehouse: string,
  options: ReportOptions,
): Promise<void> {
  // Charts, fonts and the browser take as long to load as a command that needs none of them runs.
  const { report } = await import('./report/report.ts')
  const isPast = warehouse !== ctx.project.paths.warehouse
  const made = await ledger.stage(name, () => report(ctx, warehouse, { ...options, isPast }))
  const { files, missing, runId, folder, part } = made
  ledger.record.reports = files
  ledger.record.pack = { folder, ...(part ? { ...part.scope, customers: part.customers } : {}) }
  ledger.record.runId ??= runId
  if (missing) throw new ClienteleError({ what: missing })
}

const cataloguePart = (ctx: StageContext, warehouse: string): PackPart => ({
  folder: 'catalogue',
  files: async () => {
    const { catalogue } = await import('./catalog/catalogue.ts')
    return catalogue(ctx, warehouse)
  },
})

/** As-of date and fingerprint of (landing, code, parameters): two nights made from the same have the same id. */
async function nightId({ project, asOf, knownBy }: StageContext): Promise<string> {
  const inputs = [asOf, await landingFingerprint(project, knownBy), await codeFingerprint(project)]
  return `${asOf}-${createHash('sha256').update(inputs.join('\n')).digest('hex').slice(0, 8)}`
}
