import { sql } from 'kysely'
import type { Contract } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { allRows, currentState, sequenceOf } from '../landed-rows.ts'
import { chainOf, type Folded, type LandedLoad, type LandedTable } from '../landing.ts'
import { history } from '../raw.ts'
import type { StageContext } from '../stage.ts'

/** What of the folded loads is kept: rows in the temporary table `kept_rows`, and the unsplit records of some loads. */
export interface Fold {
  folded: Folded
  /** Loads whose unsplit records are all kept: no later load has superseded the whole table. */
  unsplit: Set<number>
}

/**
 * Finds the rows that are still the last word on their key, or still held in the warehouse, after the load `last`.
 * A row that broke its contract may be the last word, and the version before it still hold: both are kept. Null when
 * there is nothing more to fold, or when the warehouse does not know all the loads.
 */
export async function foldUpTo(
  { log }: StageContext,
  db: Db,
  contract: Contract,
  landed: LandedTable,
  last: number,
): Promise<Fold | null> {
  if (last <= (landed.folded?.sequence ?? 0)) return null
  const loads = landed.loads.filter(({ sequence }) => sequence <= last)
  const { source, table } = contract
  if (!(await knows(db, table, loads))) {
    log.line(`${source}.${table}: the warehouse does not hold all that landed, history is kept whole`)
    return null
  }
  const before = loads.at(-1)?.validFrom as string
  const since = loads.slice(
    Math.max(
      0,
      loads.findLastIndex(({ mode }) => mode === 'whole'),
    ),
  )
  const key = since.at(-1)?.key ?? []
  const current = key.length > 0 ? currentState(since, key) : allRows(since.slice(-1))
  await db.run(sql`create or replace temp table kept_rows as
    select _sequence, _row from (${current})
    union
    select ${sequenceOf(sql`_load_id`)}, _row from ${history(table)}
    where ${sequenceOf(sql`_load_id`)} <= ${sql.lit(last)}
      and (_valid_to is null or _valid_to > cast(${before} as date))`)
  return {
    folded: { sequence: last, before, chain: chainOf({ loads, folded: landed.folded }) },
    unsplit: new Set(since.map(({ sequence }) => sequence)),
  }
}

async function knows(db: Db, table: string, loads: LandedLoad[]): Promise<boolean> {
  const [ledger] = await db.rows<{ n: number }>(sql`select count(*) as n from information_schema.tables
    where (table_schema, table_name) in (('ops', 'loads'), ('raw', ${`${table}_history`}))`)
  if (ledger?.n !== 2) return false
  const seen = await db.rows<{ load_id: string }>(
    sql`select load_id from ops.loads where table_name = ${table}`,
  )
  const ids = new Set(seen.map(({ load_id }) => load_id))
  return loads.every(({ loadId }) => ids.has(loadId))
}
