import { sql } from 'kysely'
import type { Source } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { type Fault, throwFaults } from '../error.ts'
import { sourceState } from '../source-state.ts'
import type { StageContext } from '../stage.ts'
import type { TableWork } from './table.ts'

/**
 * Writes down how old each table of a source is on the as-of date. A file is as old as the last that brought
 * something new; a database as the last night that read it. Throws when a table is older than its contract bears.
 */
export async function recordFreshness(
  { project, asOf, knownBy }: StageContext,
  db: Db,
  source: Source,
  work: TableWork[],
): Promise<void> {
  const { readAsOf } = await sourceState(project, source.name, knownBy)
  await db.run(sql`delete from ops.freshness where source = ${source.name}`)
  const faults: Fault[] = []
  for (const { contract, landed } of work) {
    const { table, policy, place } = contract
    const last = landed.loads.at(-1)
    const news = last?.asOf ?? null
    const seen = source.kind === 'files' ? news : readAsOf
    const age = seen === null ? null : Math.max(0, daysBetween(seen, asOf))
    const { days, severity } = policy.expected ?? { days: null, severity: 'warn' }
    const isLate = days !== null && (age === null || age > days)
    await db.run(sql`insert into ops.freshness values (${source.name}, ${table}, ${last?.loadId ?? null},
      cast(${news} as date), cast(${readAsOf} as date), cast(${age} as integer), cast(${days} as integer), ${isLate})`)
    if (!isLate || severity === 'warn') continue
    const came = age === null ? 'has brought nothing yet' : `is ${age} days old on ${asOf}`
    const what = `${source.name}.${table} ${came}; it is expected every ${days} days`
    faults.push({
      what,
      where: place,
      how: 'Have the delivery made good, or raise expected: in the contract.',
    })
  }
  throwFaults(faults)
}

const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
