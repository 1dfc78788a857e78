import { sql } from 'kysely'
import { type Contract, readSources, type Source } from '../contract.ts'
import { type Correction, readCorrections } from '../corrections.ts'
import type { Db } from '../duckdb.ts'
import { engineError, withPositions } from '../engine-error.ts'
import { ClienteleError } from '../error.ts'
import { landedTable, standingLoads } from '../landing.ts'
import { sourceState } from '../source-state.ts'
import type { StageContext } from '../stage.ts'
import { clearStopped } from '../stopped.ts'
import { checkConditions } from './conditions.ts'
import { recordFreshness } from './freshness.ts'
import { type Held, heldByLimit, heldByMissing, loadsBefore, recordHeld, sayHeld } from './held.ts'
import { asUsual } from './one-pass.ts'
import { PastLimit } from './past-limit.ts'
import { type Loaded, loadTable, type Progress, type Step, type TableWork } from './table.ts'
import { createLedgers, dropTables, loadedTables } from './tables.ts'

export type { Loaded } from './table.ts'

/**
 * Takes what has landed into `raw` and `quarantine`, one transaction a load. A table whose contract or corrections
 * have changed is loaded anew from all its loads, with `full` every table is; both give the same rows. Throws when a
 * load breaks its reject limit or does not reconcile; the loads before it stay. A source that says so is left at the
 * data of the night before instead, in all its tables, and `held` is told.
 */
export async function load(
  ctx: StageContext,
  db: Db,
  { full, held = () => {} }: { full: boolean; held?: (said: string) => void },
): Promise<Loaded[]> {
  const sources = await readSources(ctx.project)
  const contracts = sources.flatMap(({ tables }): Contract[] => tables)
  const corrections = await readCorrections(ctx.project, contracts)
  await checkConditions(db, contracts)
  // A moment with a time zone becomes a day and an hour of the project's clock, on whatever machine.
  await db.run(sql`set timezone = ${sql.lit(ctx.project.config.timeZone)}`)
  await clearStopped(ctx.project)
  await createLedgers(db)
  const named = new Set(contracts.map(({ table }) => table))
  for (const table of await loadedTables(db)) if (!named.has(table)) await dropTables(db, table)
  const loaded: Loaded[] = []
  await dropUnnamed(db, sources)
  for (const source of sources) {
    const work = await tableWorks(ctx, source, corrections, full)
    const { missed } = await sourceState(ctx.project, source.name, ctx.knownBy)
    const before = missed ? [heldByMissing(missed)] : []
    const result = await loadSource(ctx, db, source, work)
    const all = [...before, ...result.held]
    await recordHeld(db, source, all)
    await recordFreshness(ctx, db, source, result.work)
    for (const one of all) held(sayHeld(source.name, one))
    loaded.push(...result.loaded)
  }
  return loaded
}

/** Takes out what is said of sources that no contract names any more. */
async function dropUnnamed(db: Db, sources: Source[]): Promise<void> {
  const names = sql.join(['', ...sources.map(({ name }) => name)])
  for (const ledger of ['ops.held', 'ops.freshness'])
    await db.run(sql`delete from ${sql.table(ledger)} where source not in (${names})`)
}

/** What of each table's landing counts: when the source could not be read, what stood before. */
async function tableWorks(
  { project, knownBy }: StageContext,
  { name, tables }: Source,
  corrections: Map<string, Correction[]>,
  full: boolean,
): Promise<TableWork[]> {
  const { missed } = await sourceState(project, name, knownBy)
  return Promise.all(
    tables.map(async (contract) => {
      const { loads, folded } = await landedTable(project, name, contract.table, knownBy)
      const last = missed ? (missed.after[contract.table] ?? 0) : Number.POSITIVE_INFINITY
      const landed = { loads: loads.filter(({ sequence }) => sequence <= last), folded }
      const all = knownBy === undefined ? loads : await standingLoads(project, name, contract.table)
      const known = new Set(all.map(({ loadId }) => loadId))
      return { contract, landed, known, corrections: corrections.get(contract.table) ?? [], full }
    }),
  )
}

async function loadSource(
  ctx: StageContext,
  db: Db,
  source: Source,
  work: TableWork[],
): Promise<{ loaded: Loaded[]; held: Held[]; work: TableWork[] }> {
  if (source.pastLimit === 'stop') {
    const loaded = await withoutValues(db, (at) =>
      loadTables(ctx, db, work, (step) => db.transaction(step), at),
    )
    return { loaded, held: [], work }
  }
  let past: PastLimit | undefined
  for (;;) {
    const kept = work.map((one) => ({
      ...one,
      landed: { ...one.landed, loads: loadsBefore(one.landed.loads, past?.load.asOf ?? null) },
    }))
    // What an attempt that is taken back has said is not so.
    const lines: string[] = []
    const attempt = { ...ctx, log: { ...ctx.log, line: (text: string) => void lines.push(text) } }
    try {
      // All tables of the source or none: they fit each other.
      const loaded = await withoutValues(db, (at) =>
        db.transaction(() => loadTables(attempt, db, kept, (step) => step(), at)),
      )
      for (const line of lines) ctx.log.line(line)
      return { loaded, held: past ? [heldByLimit(past)] : [], work: kept }
    } catch (error) {
      if (!(error instanceof PastLimit) || !hasEarlier(work, error)) throw error
      past = error
    }
  }
}

/** Whether there is a night before to go on with. */
const hasEarlier = (work: TableWork[], { contract, load }: PastLimit): boolean =>
  work.some(
    (one) => one.contract.table === contract.table && loadsBefore(one.landed.loads, load.asOf).length > 0,
  )

async function loadTables(
  ctx: StageContext,
  db: Db,
  work: TableWork[],
  step: Step,
  at: Progress,
): Promise<Loaded[]> {
  const loaded: Loaded[] = []
  for (const one of work) loaded.push(await loadTable(ctx, db, one, step, at))
  return loaded
}

/** An error of the engine in the middle of a load comes from a value: it is told without it. */
async function withoutValues<T>(db: Db, work: (at: Progress) => Promise<T>): Promise<T> {
  const at: Progress = {}
  try {
    return await withPositions(db, () => work(at))
  } catch (error) {
    await asUsual(db)
    const said = engineError(error, '')
    if (!said || !at.contract) throw error
    const { source, table, place } = at.contract
    const what = `${source}.${table}: load ${at.loadId} cannot be taken in: ${said.message}`
    const how = 'A check that casts may meet a value it cannot cast: use try_cast in it.'
    throw new ClienteleError({ what, where: place, how })
  }
}
