import { sql } from 'kysely'
import type { Contract } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import type { LandedLoad } from '../landing.ts'

interface Change {
  load: LandedLoad
  column: string
  change: 'came' | 'went' | 'type'
  before: string | null
  after: string | null
}

/** Writes down which columns of the source came, went or changed type, load by load. */
export async function recordColumns(db: Db, { source, table }: Contract, loads: LandedLoad[]): Promise<void> {
  await db.run(sql`delete from ops.columns where table_name = ${table}`)
  const changes = loads.slice(1).flatMap((load, i) => changesOf(loads[i] as LandedLoad, load))
  for (const { load, column, change, before, after } of changes) {
    await db.run(sql`insert into ops.columns values (${source}, ${table}, ${load.loadId}, cast(${load.asOf} as date),
      ${column}, ${change}, ${before}, ${after})`)
  }
}

function changesOf(former: LandedLoad, load: LandedLoad): Change[] {
  const before = new Map(former.columns.map(({ name, type }) => [name, type]))
  const after = new Map(load.columns.map(({ name, type }) => [name, type]))
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((column): Change[] => {
    const [was = null, is = null] = [before.get(column), after.get(column)]
    if (was === is) return []
    const change = was === null ? 'came' : is === null ? 'went' : 'type'
    return [{ load, column, change, before: was, after: is }]
  })
}
