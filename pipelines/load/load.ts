import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type Contract, contractHash, readSources, unknownColumns } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { engineError, withPositions } from '../engine-error.ts'
import { ClienteleError } from '../error.ts'
import { type LandedLoad, standingLoads } from '../landing.ts'
import type { StageContext } from '../stage.ts'
import { applyLoad } from './apply.ts'
import { checkConditions } from './conditions.ts'
import { reconcileLoad, reconcileTable, withinLimit } from './reconcile.ts'
import { createLedgers, createTables, dropTables, loadedTables, type RawTable } from './tables.ts'

/** Totals over all loads of a table that stand in the warehouse: read = loaded + quarantined + superseded. */
export interface Loaded {
  source: string
  table: string
  read: number
  loaded: number
  quarantined: number
  superseded: number
}

/**
 * Takes what has landed into `raw` and `quarantine`, one transaction a load. A table whose contract has changed is
 * loaded anew from all its loads, with `full` every table is; both give the same rows.
 * Throws when a load breaks its reject limit or does not reconcile; the loads before it stay.
 */
export async function load(ctx: StageContext, db: Db, { full }: { full: boolean }): Promise<Loaded[]> {
  const contracts = (await readSources(ctx.project)).flatMap(({ tables }): Contract[] => tables)
  await checkConditions(db, contracts)
  await createLedgers(db)
  const named = new Set(contracts.map(({ table }) => table))
  for (const table of await loadedTables(db)) if (!named.has(table)) await dropTables(db, table)
  const loaded: Loaded[] = []
  for (const contract of contracts) loaded.push(await loadTable(ctx, db, contract, full))
  return loaded
}

async function loadTable(ctx: StageContext, db: Db, contract: Contract, full: boolean): Promise<Loaded> {
  const { source, table } = contract
  const loads = await standingLoads(ctx.project, source, table)
  const raw = {
    contract,
    evolved: contract.unknownColumns === 'evolve' ? evolvedColumns(contract, loads) : [],
  }
  const hash = hashOf(raw)
  const pending = full ? null : await pendingLoads(db, contract, hash, loads)
  if (pending === null) await db.transaction(() => createTables(db, raw))
  for (const landed of pending ?? loads) {
    ctx.log.progress(`load ${table} ${landed.loadId} …`)
    await withoutValues(db, contract, landed, () => db.transaction(() => loadOne(ctx, db, raw, landed, hash)))
  }
  await recordInput(db, table, hash, loads)
  return reconcileTable(db, contract)
}

async function loadOne(
  ctx: StageContext,
  db: Db,
  raw: RawTable,
  landed: LandedLoad,
  hash: string,
): Promise<void> {
  const { contract } = raw
  const counts = await applyLoad(db, raw, landed)
  reconcileLoad(contract, landed, counts)
  await withinLimit(db, contract, landed, counts)
  const { read, loaded, quarantined, superseded } = counts
  const values = [
    contract.source,
    contract.table,
    landed.loadId,
    landed.sequence,
    read,
    loaded,
    quarantined,
    superseded,
  ]
  await db.run(sql`insert into ops.loads values (${sql.join(values)}, ${landed.deleted}, ${hash},
    cast(${landed.asOf} as date), cast(${landed.validFrom} as date), ${landed.input.name})`)
  const parts = [`${count(read)} read`, `${count(loaded)} loaded`]
  if (quarantined > 0) parts.push(`${count(quarantined)} quarantined`)
  if (superseded > 0) parts.push(`${count(superseded)} superseded`)
  if (landed.deleted > 0) parts.push(`${count(landed.deleted)} gone`)
  ctx.log.line(`${contract.source}.${contract.table}: ${parts.join(', ')} (${landed.loadId})`)
}

/** An error of the engine in the middle of a load comes from a value: it is told without it. */
async function withoutValues(
  db: Db,
  contract: Contract,
  { loadId }: LandedLoad,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await withPositions(db, work)
  } catch (error) {
    const said = engineError(error, '')
    if (!said) throw error
    const what = `${contract.source}.${contract.table}: load ${loadId} cannot be taken in: ${said.message}`
    const how = 'A check that casts may meet a value it cannot cast: use try_cast in it.'
    throw new ClienteleError({ what, where: contract.place, how })
  }
}

/** The loads that the warehouse has not seen; null when it holds others, or the contract has changed: begin anew. */
async function pendingLoads(
  db: Db,
  { source, table }: Contract,
  hash: string,
  loads: LandedLoad[],
): Promise<LandedLoad[] | null> {
  const [stands] = await db.rows<{ n: number }>(sql`
    select count(*) as n from information_schema.tables where table_schema = 'quarantine' and table_name = ${table}`)
  const seen = await db.rows<{ load_id: string; contract_hash: string; source: string }>(sql`
    select load_id, contract_hash, source from ops.loads where table_name = ${table} order by sequence`)
  const follows = seen.every((one, i) => {
    return one.load_id === loads[i]?.loadId && one.contract_hash === hash && one.source === source
  })
  const [input] = await db.rows<{ fingerprint: string }>(
    sql`select fingerprint from ops.inputs where table_name = ${table}`,
  )
  // A table that no load has filled is told by its fingerprint alone.
  const same = seen.length > 0 || input?.fingerprint === fingerprint(hash, [])
  return stands?.n === 1 && follows && same ? loads.slice(seen.length) : null
}

/** Names what raw.<table> holds: its contract and the loads it was made from, in order. */
async function recordInput(db: Db, table: string, hash: string, loads: LandedLoad[]): Promise<void> {
  await db.run(sql`delete from ops.inputs where table_name = ${table}`)
  await db.run(sql`insert into ops.inputs values (${table}, ${fingerprint(hash, loads)})`)
}

function fingerprint(hash: string, loads: LandedLoad[]): string {
  const ids = loads.map(({ loadId }) => loadId)
  return createHash('sha256')
    .update([hash, ...ids].join('\n'))
    .digest('hex')
}

const hashOf = ({ contract, evolved }: RawTable): string =>
  evolved.length === 0
    ? contractHash(contract)
    : createHash('sha256')
        .update(JSON.stringify([contractHash(contract), evolved]))
        .digest('hex')
        .slice(0, 16)

/** Delivered columns that the contract does not name, in order of first appearance, unless their name is taken. */
function evolvedColumns(contract: Contract, loads: LandedLoad[]): string[] {
  const own = ['_load_id', '_row', '_valid_from', '_valid_to', ...contract.columns.map(({ name }) => name)]
  const taken = new Set(own)
  return loads
    .flatMap(({ columns }) => unknownColumns(contract, columns))
    .filter((name) => !taken.has(name.toLowerCase()) && taken.add(name.toLowerCase()))
}

const count = (value: number) => value.toLocaleString('en-GB')
