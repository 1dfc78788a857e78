import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { landedRejects, landedRows, sequenceOf } from '../landed-rows.ts'
import type { Folded, LandedLoad } from '../landing.ts'
import { history, quarantine } from './tables.ts'

/**
 * Takes out of the warehouse what a fold took out of landing, so that it holds what a load of all that is left would
 * give. `members`: the folded loads of which something is left. Doing it twice changes nothing.
 */
export async function foldTable(
  db: Db,
  table: string,
  { sequence, before }: Folded,
  members: LandedLoad[],
): Promise<void> {
  const folded = (id: string) => sql`${sequenceOf(sql.id(id))} <= ${sql.lit(sequence)}`
  await db.run(
    sql`delete from ${history(table)} where ${folded('_load_id')} and _valid_to <= cast(${before} as date)`,
  )
  await keptPositions(db, members)
  const gone = (id: string) =>
    sql`${folded(id)} and (${sql.id(id)}, _row) not in (select _load_id, _row from kept_positions)`
  await db.run(sql`delete from ${quarantine(table)} where ${gone('_load_id')}`)
  await db.run(sql`delete from ops.corrections where table_name = ${table} and ${gone('load_id')}`)
  await db.run(sql`create or replace temp table folded_loads as
    select k._load_id, count(*) as read, count(h._row) as loaded, count(q._row) as quarantined,
      count(*) filter (where h._row is null and q._row is null) as superseded
    from kept_positions as k
    left join ${history(table)} as h on h._load_id = k._load_id and h._row = k._row
    left join ${quarantine(table)} as q on q._load_id = k._load_id and q._row = k._row
    group by k._load_id`)
  await db.run(sql`delete from ops.loads where table_name = ${table} and ${folded('load_id')}
    and load_id not in (select _load_id from folded_loads)`)
  await db.run(sql`update ops.loads as l set read = f.read, loaded = f.loaded, quarantined = f.quarantined,
      superseded = f.superseded, deleted = 0
    from folded_loads as f where l.table_name = ${table} and l.load_id = f._load_id`)
}

async function keptPositions(db: Db, members: LandedLoad[]): Promise<void> {
  const rows = members.flatMap((load) => {
    const of = (relation: ReturnType<typeof landedRows>) =>
      sql`select ${sql.lit(load.loadId)} as _load_id, _row from ${relation}`
    return load.rejects > 0 ? [of(landedRows(load)), of(landedRejects(load))] : [of(landedRows(load))]
  })
  const all =
    rows.length === 0 ? sql`select '' as _load_id, 0 as _row where false` : sql.join(rows, sql` union all `)
  await db.run(sql`create or replace temp table kept_positions as ${all}`)
}
