import { sql } from 'kysely'
import type { Source } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import type { LandedLoad } from '../landing.ts'
import type { Missed } from '../source-state.ts'
import type { PastLimit } from './past-limit.ts'

/** Why the warehouse goes on with older data of a source than has landed, or than it should have. */
export interface Held {
  /** As-of date of the first night that is left out. */
  since: string
  reason: 'past_limit' | 'missing'
  said: string
  /** The table and the load at fault; null: the source as a whole. */
  table: string | null
  loadId: string | null
}

export const heldByLimit = ({ contract, load, faults }: PastLimit): Held => ({
  since: load.asOf,
  reason: 'past_limit',
  said: faults[0]?.what ?? '',
  table: contract.table,
  loadId: load.loadId,
})

export const heldByMissing = ({ since, said }: Missed): Held => ({
  since,
  reason: 'missing',
  said,
  table: null,
  loadId: null,
})

/** The loads up to the night before `since`. */
export function loadsBefore(loads: LandedLoad[], since: string | null): LandedLoad[] {
  const at = since === null ? -1 : loads.findIndex(({ asOf }) => asOf >= since)
  return at < 0 ? loads : loads.slice(0, at)
}

/** Writes down, as data, what is held of a source. */
export async function recordHeld(db: Db, source: Source, held: Held[]): Promise<void> {
  await db.run(sql`delete from ops.held where source = ${source.name}`)
  for (const { table, loadId, since, reason, said } of held) {
    await db.run(sql`insert into ops.held values (${source.name}, ${table}, ${loadId},
      cast(${since} as date), ${reason}, ${said})`)
  }
}

export const sayHeld = (source: string, { since, said }: Held): string =>
  `${source}: held at the data before ${since}: ${said}`
