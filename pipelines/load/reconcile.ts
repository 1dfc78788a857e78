import { sql } from 'kysely'
import type { Contract } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import type { LandedLoad } from '../landing.ts'
import type { LoadCounts } from './apply.ts'
import type { Loaded } from './load.ts'
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

/** Stops the night when a load has more bad rows than its contract bears. Names counts and reasons, never values. */
export async function withinLimit(
  db: Db,
  contract: Contract,
  load: LandedLoad,
  counts: LoadCounts,
): Promise<void> {
  const { count, share } = contract.rejectLimit
  const { quarantined } = counts
  // Of a delivery of which only the changes landed, the share is that of the whole delivery.
  const { delivered } = load
  const overCount = count !== undefined && quarantined > count
  const overShare = share !== undefined && quarantined > share * delivered
  if (!overCount && !overShare) return
  const reasons = await db.rows<{ reason: string; n: number }>(sql`
    select reason, count(*) as n from ${quarantine(contract.table)} where _load_id = ${load.loadId}
    group by reason order by n desc, reason limit 5`)
  const limits = [
    count === undefined ? '' : `${count} rows`,
    share === undefined ? '' : `${share * 100} % of the rows`,
  ]
  const listed = reasons.map(({ reason, n }) => `${reason} (${n})`).join(', ')
  throw new ClienteleError({
    what: `${contract.source}.${contract.table}: ${quarantined} of ${delivered} rows of load ${load.loadId} break the contract; the limit is ${limits.filter(Boolean).join(' or ')}. Reasons: ${listed}`,
    where: contract.place,
    how: 'Mend the contract (the rows are in landing and will be taken in), have the source mended, or raise reject_limit.',
  })
}
