import { sql } from 'kysely'
import type { Audit } from '../build/audits.ts'
import { fitFingerprint, runnerFingerprint } from '../build/fingerprint.ts'
import { objectOf } from '../build/head.ts'
import { openMacros } from '../build/macros.ts'
import { columnsOf, type Making, rowOf } from '../build/make.ts'
import { openMemory } from '../build/memory.ts'
import { openParser } from '../build/parse.ts'
import { type BuildPlan, planBuild, type Step } from '../build/plan-build.ts'
import { type Finding, failureFaults, runAudits, said } from '../build/run-audits.ts'
import { runModel } from '../build/run-model.ts'
import { forget, insertAudits, openModelWriter, type Standing, type StoredColumn } from '../build/store.ts'
import { composer } from '../duckdb.ts'
import { withPositions } from '../engine-error.ts'
import { ClienteleError, type Fault } from '../error.ts'
import { deliveredColumns } from '../raw.ts'
import type { StageContext } from '../stage.ts'
import { drop, type Layers, lay, layersOf } from './layers.ts'
import { openParameters } from './parameters-once.ts'
import type { Workbench } from './workbench.ts'

/** What a pass tells while it goes on. */
export interface PassEvents {
  /** A model is there: made in this pass, or earlier and still unlike the published version. */
  onModel(model: DevModel): Promise<void>
}

export interface DevModel {
  step: Step
  columns: StoredColumn[]
  rows: number
  made: boolean
  /** Whether the change began here: nothing that it reads was made in this pass. */
  isRoot: boolean
}

export interface Pass {
  /** Names, in the order in which they were made. */
  built: string[]
  /** Made in an earlier pass and still true. */
  kept: string[]
  /** Read from the published version. */
  published: number
  /** Not made because something that they read could not be made. */
  waiting: string[]
  audits: { passed: number; warned: number; failed: number; carried: number }
  warnings: string[]
  faults: Fault[]
}

export interface Passes {
  /** Brings the own file up to date with the code. What is wrong with the code is in `faults`. */
  run(events: PassEvents): Promise<Pass>
}

const nothing = (): Pass => ({
  built: [],
  kept: [],
  published: 0,
  waiting: [],
  audits: { passed: 0, warned: 0, failed: 0, carried: 0 },
  warnings: [],
  faults: [],
})

/** Everything that a pass need not find out again is kept between passes: connection, parse cache, fingerprints. */
export async function openPasses(ctx: StageContext, bench: Workbench): Promise<Passes> {
  const { db } = bench
  const parser = openParser(db, await openMemory(ctx.project))
  const { engine } = await bench.standing()
  const runner = await runnerFingerprint(engine)
  const fit = await fitFingerprint()
  const delivered = await deliveredColumns(ctx.project)
  const parameters = openParameters(db)
  let isNew = true
  const prepare = async (): Promise<{ plan: BuildPlan; layers: Layers; own: Standing }> => {
    if (await bench.follow()) isNew = true
    await refuseNewEstimators(fit)
    const own = await bench.standing()
    const standing = { ...own, audits: [...bench.published.audits, ...own.audits] }
    const plan = await planBuild(
      ctx,
      db,
      { full: false },
      { standing, parser, delivered, runner, published: bench.published },
    )
    if (isNew) await parser.memory.save()
    const layers = layersOf(plan, bench.published)
    await lay(db, own, layers, { isNew })
    await parameters.define(plan.parameters)
    isNew = false
    return { plan, layers, own }
  }
  return {
    run: (events) =>
      withPositions(db, async () => {
        const pass = nothing()
        try {
          const { plan, layers, own } = await prepare()
          await carryOut(bench, { plan, layers, own, pass, events })
        } catch (error) {
          collect(pass, error)
        }
        return pass
      }),
  }
}

/** A module that is loaded stays as it was: only a new process takes the new estimators. */
async function refuseNewEstimators(atStart: string): Promise<void> {
  if ((await fitFingerprint()) === atStart) return
  throw new ClienteleError({
    what: 'the estimators of pipelines/fit have changed since dev began',
    how: 'End dev and start it again: a module that is loaded cannot be replaced.',
  })
}

function collect(pass: Pass, error: unknown): void {
  if (!(error instanceof ClienteleError)) throw error
  pass.faults.push(...error.faults)
}

interface Work {
  plan: BuildPlan
  layers: Layers
  own: Standing
  pass: Pass
  events: PassEvents
}

async function carryOut(bench: Workbench, work: Work): Promise<void> {
  const { db } = bench
  const { plan, layers, own, pass, events } = work
  const making: Making = { db, plan, columns: new Map(plan.delivered), writer: await openModelWriter(db) }
  const macros = openMacros(db, plan.code, own.macros)
  const audits = openAudits(work, making)
  pass.audits.carried = plan.carried.length
  try {
    await macros.start()
    for (const step of plan.steps) {
      const { name } = step.model
      const layer = layers.get(name)
      if (!layer || layer.from === 'build') {
        if (isWaiting(step, pass)) continue
        try {
          await macros.ensure(step.macros)
          const rows = await make(making, step, own)
          pass.built.push(name)
          await audits.after(name, macros.ensure)
          await events.onModel(told(making, step, rows, pass))
        } catch (error) {
          collect(pass, error)
          if (!pass.built.includes(name)) pass.waiting.push(name)
        }
        continue
      }
      columnsOf(making, step, JSON.parse(layer.row.columns_json))
      if (layer.from === 'own') pass.kept.push(name)
      else pass.published++
      await audits.after(name, macros.ensure).catch((error) => collect(pass, error))
      if (layer.from === 'own') await events.onModel(told(making, step, layer.row.rows, pass))
    }
    await macros.ensure(plan.code.macros.keys())
  } catch (error) {
    collect(pass, error)
  } finally {
    making.writer.close()
    await audits.finish()
  }
}

/** A model waits for those that could not be made; it is said once, where the fault is. */
function isWaiting({ model, inputs }: Step, { waiting }: Pass): boolean {
  const waits = inputs.some((name) => waiting.includes(name))
  if (waits) waiting.push(model.name)
  return waits
}

function told({ columns }: Making, step: Step, rows: number, { built }: Pass): DevModel {
  const { name } = step.model
  return {
    step,
    rows,
    columns: columns.get(name) ?? [],
    made: built.includes(name),
    isRoot: !step.inputs.some((input) => built.includes(input)),
  }
}

/** The table and its row stand or fall together; when it fails, what was made before stays. */
const make = ({ db, plan, writer, ...making }: Making, step: Step, own: Standing): Promise<number> =>
  db.transaction(async () => {
    const { name, head } = step.model
    const kind = objectOf(head.kind)
    if (own.objects.get(name) !== kind || kind === 'view') await drop(db, name, own.objects)
    await db.run(sql`create schema if not exists ${sql.id(name.split('.')[0] as string)}`)
    const row = rowOf(making, step, await runModel(db, step.model, plan))
    await db.run(composer.deleteFrom('ops.models').where('name', '=', name))
    await writer.insert(row)
    return row.rows
  })

/** Runs each audit as soon as what it reads is there. One that fails is told of and stops nothing. */
function openAudits({ plan, layers, pass }: Work, { db, columns }: Making) {
  const ready = new Set<string>()
  // Against the published version the published version itself has nothing to answer for.
  let pending: readonly Audit[] = plan.audits.filter(
    ({ always, model }) => !always || layers.get(model)?.from !== 'published',
  )
  const findings: Finding[] = []
  const run = async (audits: Audit[], ensure: (names: Iterable<string>) => Promise<void>) => {
    if (audits.length === 0) return
    await ensure(new Set(audits.flatMap((audit) => [...audit.macros])))
    const found = await runAudits(db, audits, columns)
    findings.push(...found)
    for (const finding of found) {
      pass.audits[finding.row.status]++
      if (finding.row.status === 'warned') pass.warnings.push(said(finding))
    }
    pass.faults.push(...failureFaults(found, db))
  }
  return {
    async after(name: string, ensure: (names: Iterable<string>) => Promise<void>) {
      ready.add(name)
      const now = pending.filter(({ reads }) => reads.isSubsetOf(ready))
      pending = pending.filter((audit) => !now.includes(audit))
      await run(now, ensure)
    },
    async finish() {
      const rows = findings.map(({ row }) => row)
      if (rows.length === 0) return
      await forget(db, [], rows)
      const failures = findings.flatMap(({ row: { model, test }, sample }) =>
        sample.map((row) => ({ model, test, row })),
      )
      await insertAudits(db, rows, failures)
    },
  }
}
