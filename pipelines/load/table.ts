import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Contract, contractHash, unknownColumns } from '../contract.ts'
import { type Correction, correctionsHash } from '../corrections.ts'
import type { Db } from '../duckdb.ts'
import { type Fault, throwFaults } from '../error.ts'
import type { LandedLoad, LandedTable } from '../landing.ts'
import type { StageContext } from '../stage.ts'
import { applyLoad } from './apply.ts'
import { recordColumns } from './column-changes.ts'
import { recordDrift } from './drift.ts'
import { pendingLoads, recordInput } from './inputs.ts'
import { reconcileLoad, reconcileTable, withinLimit } from './reconcile.ts'
import { createTables, history, isLoaded, quarantine, type RawTable } from './tables.ts'

/** Totals over all loads of a table that stand in the warehouse: read = loaded + quarantined + superseded. */
export interface Loaded {
  source: string
  table: string
  read: number
  loaded: number
  quarantined: number
  superseded: number
  /** Rows that had been in quarantine and were taken in now, by a mended contract or a correction. */
  mended?: number
}

/** A table on its way into the warehouse: its contract, what of its landing counts, and the mended rows. */
export interface TableWork {
  contract: Contract
  landed: LandedTable
  corrections: Correction[]
  /** Ids of all loads that landed, those among them that are held, or not yet known on the night looked back at. */
  known: ReadonlySet<string>
  full: boolean
}

/** How one load becomes one step: in a transaction of its own, or within the one of its source. */
export type Step = <T>(work: () => Promise<T>) => Promise<T>

/** Where the loading is: for an error that the engine tells without saying so. */
export interface Progress {
  contract?: Contract
  loadId?: string
}

export async function loadTable(
  ctx: StageContext,
  db: Db,
  work: TableWork,
  step: Step,
  at: Progress,
): Promise<Loaded> {
  const { contract, landed, full } = work
  const { loads } = landed
  const raw = {
    contract,
    evolved: contract.unknownColumns === 'evolve' ? evolvedColumns(contract, loads) : [],
  }
  const hash = hashOf(raw, work.corrections)
  const corrections = correctionsByLoad(ctx, work)
  const pending = full ? null : await pendingLoads(db, contract, hash, landed)
  if (pending === null) {
    await keepQuarantined(db, contract)
    await step(() => createTables(db, raw))
  }
  const ahead = pending ?? loads
  for (const [i, load] of ahead.entries()) {
    ctx.log.progress(`load ${contract.table} ${load.loadId} …`)
    Object.assign(at, { contract, loadId: load.loadId })
    const job = { load, later: ahead.slice(i + 1), corrections: corrections.get(load.loadId) ?? [], hash }
    await step(() => loadOne(ctx, db, raw, job))
  }
  await recordInput(db, contract.table, hash, landed)
  const totals = await reconcileTable(db, contract)
  await recordColumns(db, contract, loads)
  await recordDrift(db, contract, loads, ahead.length > 0)
  const mended = pending === null ? await countMended(db, contract) : 0
  if (mended === 0) return totals
  ctx.log.line(
    `${contract.source}.${contract.table}: ${count(mended)} taken in that had been in quarantine (contract or corrections mended)`,
  )
  return { ...totals, mended }
}

interface Job {
  load: LandedLoad
  later: LandedLoad[]
  corrections: Correction[]
  hash: string
}

async function loadOne(ctx: StageContext, db: Db, raw: RawTable, job: Job): Promise<void> {
  const { contract } = raw
  const { load, later, corrections, hash } = job
  const counts = await applyLoad(db, raw, load, corrections)
  reconcileLoad(contract, load, counts)
  await withinLimit(db, contract, load, counts, later, ctx.project)
  const { read, loaded, quarantined, superseded } = counts
  const { loadId, sequence } = load
  const values = [contract.source, contract.table, loadId, sequence, read, loaded, quarantined, superseded]
  await db.run(sql`insert into ops.loads values (${sql.join(values)}, ${load.deleted}, ${hash},
    cast(${load.asOf} as date), cast(${load.validFrom} as date), ${load.input.name})`)
  const parts = [`${count(read)} read`, `${count(loaded)} loaded`]
  if (quarantined > 0) parts.push(`${count(quarantined)} quarantined`)
  if (superseded > 0) parts.push(`${count(superseded)} superseded`)
  if (load.deleted > 0) parts.push(`${count(load.deleted)} gone`)
  if (corrections.length > 0) parts.push(`${count(corrections.length)} corrected`)
  ctx.log.line(`${contract.source}.${contract.table}: ${parts.join(', ')} (${loadId})`)
}

/** The mended rows of each load. Throws when a load was never landed; what retention took away is said and left. */
function correctionsByLoad(
  ctx: StageContext,
  { contract, landed, corrections, known }: TableWork,
): Map<string, Correction[]> {
  const { source, table } = contract
  const standing = new Set(landed.loads.map(({ loadId }) => loadId))
  const isFolded = (loadId: string) => Number(loadId.slice(0, 6)) <= (landed.folded?.sequence ?? 0)
  const faults: Fault[] = []
  const byLoad = new Map<string, Correction[]>()
  for (const one of corrections) {
    const { loadId, place } = one
    const left = (why: string) =>
      ctx.log.line(`${source}.${table}: ${place.file}:${place.line} mends a row of a load that is ${why}`)
    if (standing.has(loadId)) byLoad.set(loadId, [...(byLoad.get(loadId) ?? []), one])
    else if (known.has(loadId)) left('held')
    else if (isFolded(loadId)) left('no longer kept')
    else faults.push({ what: `${source}.${table} has no load ${loadId}`, where: place })
  }
  throwFaults(faults, 2)
  return byLoad
}

/** Remembers which positions are in quarantine while a table is loaded anew. */
async function keepQuarantined(db: Db, { table }: Contract): Promise<void> {
  const stands = await isLoaded(db, table)
  const from = stands ? quarantine(table) : sql`(select '' as _load_id, 0::bigint as _row where false)`
  await db.run(sql`create or replace temp table were_quarantined as select _load_id, _row from ${from}`)
}

async function countMended(db: Db, { table }: Contract): Promise<number> {
  const [found] = await db.rows<{ n: number }>(sql`
    select count(*) as n from were_quarantined semi join ${history(table)} using (_load_id, _row)`)
  return found?.n ?? 0
}

const hashOf = ({ contract, evolved }: RawTable, corrections: Correction[]): string => {
  const own = contractHash(contract)
  if (evolved.length + corrections.length === 0) return own
  const parts = corrections.length === 0 ? [own, evolved] : [own, evolved, correctionsHash(corrections)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

/** Delivered columns that the contract does not name, in order of first appearance, unless their name is taken. */
function evolvedColumns(contract: Contract, loads: LandedLoad[]): string[] {
  const own = ['_load_id', '_row', '_valid_from', '_valid_to', ...contract.columns.map(({ name }) => name)]
  const taken = new Set(own)
  return loads
    .flatMap(({ columns }) => unknownColumns(contract, columns))
    .filter((name) => !taken.has(name.toLowerCase()) && taken.add(name.toLowerCase()))
}

const count = (value: number) => value.toLocaleString('en-GB')
