import { chmod } from 'node:fs/promises'
import { sql } from 'kysely'
import type { Contract } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import { landedDeleted, landedRows } from '../landed-rows.ts'
import type { LandedLoad } from '../landing.ts'
import type { Project } from '../project.ts'
import { makeStopped, stoppedFile } from '../stopped.ts'
import type { LoadCounts } from './apply.ts'
import type { Expression } from './cast.ts'
import { PastLimit } from './past-limit.ts'
import type { Loaded } from './table.ts'
import { history, quarantine } from './tables.ts'

/** The gate of every load: nothing read may be unaccounted for. */
export function reconcileLoad(contract: Contract, { loadId }: LandedLoad, counts: LoadCounts): void {
  const { read, loaded, quarantined, superseded } = counts
  if (read === loaded + quarantined + superseded) return
  throw new ClienteleError({
    what: `${contract.source}.${contract.table}: load ${loadId} does not reconcile: read ${read}, but loaded ${loaded} + quarantined ${quarantined} + superseded ${superseded}`,
    where: contract.place,
    how: 'Nothing of it was loaded. A check that is neither true nor false for a row, or a damaged landing folder, may be the cause.',
  })
}

/** The gate of every table: the loads on record add up to the rows that stand. Returns the totals. */
export async function reconcileTable(db: Db, { source, table, place }: Contract): Promise<Loaded> {
  const [totals] = await db.rows<Omit<Loaded, 'source' | 'table'> & { standing: number; kept: number }>(sql`
    select coalesce(sum(read), 0)::bigint as read, coalesce(sum(loaded), 0)::bigint as loaded,
      coalesce(sum(quarantined), 0)::bigint as quarantined, coalesce(sum(superseded), 0)::bigint as superseded,
      (select count(*) from ${history(table)}) as standing, (select count(*) from ${quarantine(table)}) as kept
    from ops.loads where table_name = ${table}`)
  if (!totals || totals.loaded !== totals.standing || totals.quarantined !== totals.kept) {
    throw new ClienteleError({
      what: `${source}.${table} does not reconcile: ${totals?.loaded} loaded but ${totals?.standing} in history, ${totals?.quarantined} quarantined but ${totals?.kept} kept`,
      where: place,
      how: 'Run again with --full to rebuild the warehouse from landing.',
    })
  }
  const { read, loaded, quarantined, superseded } = totals
  return { source, table, read, loaded, quarantined, superseded }
}

/**
 * Throws when a load has more bad rows than its contract bears, unless what came later has set them right. Names counts
 * and reasons, never values.
 */
export async function withinLimit(
  db: Db,
  contract: Contract,
  load: LandedLoad,
  { quarantined }: LoadCounts,
  later: LandedLoad[],
  project: Project,
): Promise<void> {
  const { count, share } = contract.rejectLimit
  // Of a delivery of which only the changes landed, the share is that of the whole delivery.
  const { delivered } = load
  const isOver = (bad: number) =>
    (count !== undefined && bad > count) || (share !== undefined && bad > share * delivered)
  if (!isOver(quarantined)) return
  if (later.length > 0 && !isOver(await stillBad(db, contract, load, later))) return
  const reasons = await db.rows<{ reason: string; n: number }>(sql`
    select reason, count(*) as n from ${quarantine(contract.table)} where _load_id = ${load.loadId}
    group by reason order by n desc, reason limit 5`)
  const limits = [
    count === undefined ? '' : `${count} rows`,
    share === undefined ? '' : `${share * 100} % of the rows`,
  ]
  const listed = reasons.map(({ reason, n }) => `${reason} (${n})`).join(', ')
  await keepStopped(db, project, contract, load)
  throw new PastLimit(contract, load, {
    what: `${contract.source}.${contract.table}: ${quarantined} of ${delivered} rows of load ${load.loadId} break the contract; the limit is ${limits.filter(Boolean).join(' or ')}. Reasons: ${listed}`,
    how: 'Mend the contract (the rows are in landing and will be taken in), have the source mended, or raise reject_limit.',
  })
}

/** The load is about to be taken back: its bad rows are kept where people can look at them. */
async function keepStopped(db: Db, project: Project, { source, table }: Contract, load: LandedLoad) {
  await makeStopped(project)
  const file = stoppedFile(project, source, table)
  await db.run(sql`copy (from ${quarantine(table)} where _load_id = ${sql.lit(load.loadId)})
    to ${sql.lit(file)} (format parquet)`)
  await chmod(file, 0o600)
}

/** How many bad rows of a load no later delivery has superseded. What was appended stays as it came. */
async function stillBad(db: Db, { table }: Contract, load: LandedLoad, later: LandedLoad[]): Promise<number> {
  if (later.some(({ mode }) => mode === 'whole')) return 0
  const own = sql`select _row from ${quarantine(table)} where _load_id = ${load.loadId}`
  const unread = Math.min(load.rejects, ...later.map((one) => one.unread ?? load.rejects))
  if (load.key.length === 0 || load.rows === 0) return unread + (await counted(db, own)) - load.rejects
  const named = load.key.map((name, i) => ({ name: sql.id(name), alias: sql.id(`key ${i}`) }))
  const keys = sql.join(named.map(({ name, alias }) => sql`cast(${name} as varchar) as ${alias}`))
  const spoken = later.flatMap((one) => [
    sql`select ${keys} from ${landedRows(one)}`,
    ...(one.deleted > 0 ? [sql`select ${keys} from ${landedDeleted(one)}`] : []),
  ])
  const same = named.map(({ alias }) => sql`b.${alias} is not distinct from s.${alias}`)
  const bad = await counted(
    db,
    sql`select 1 from (select ${keys} from ${landedRows(load)} where _row in (${own})) as b
      where not exists (select 1 from (${sql.join(spoken, sql` union all `)}) as s where ${sql.join(same, sql` and `)})`,
  )
  return bad + unread
}

async function counted(db: Db, rows: Expression): Promise<number> {
  const [found] = await db.rows<{ n: number }>(sql`select count(*) as n from (${rows})`)
  return found?.n ?? 0
}
