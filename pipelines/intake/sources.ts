import { readSources } from '../contract.ts'
import { standingLoads } from '../landing.ts'
import type { Project } from '../project.ts'
import { sourceState } from '../source-state.ts'
import { stands } from '../stands.ts'
import { reading } from './warehouse.ts'

/** A table of a source as landing and the published warehouse know it. */
export interface SourceTable {
  source: string
  table: string
  kind: string
  /** As-of date of the last night that read the source. */
  last_read: string | null
  /** As-of date of the last load, and its id: the last night that brought something new. */
  last_new: string | null
  load_id: string | null
  rows: number | null
  /** On the as-of date of the published warehouse; null before it has one. */
  age_days: number | null
  expected_days: number | null
  is_late: boolean
  /** Why the warehouse goes on with older data of this source. */
  held: string | null
  /** Measures that differ from the loads before by more than the contract bears. */
  drift: string[]
}

interface Age {
  source: string
  table_name: string
  age_days: number | null
  expected_days: number | null
  is_late: boolean
}

export async function sourceTables(project: Project): Promise<SourceTable[]> {
  const { ages, held, drift } = await published(project)
  const tables: SourceTable[] = []
  for (const { name, kind, tables: contracts } of await readSources(project)) {
    const { readAsOf, missed } = await sourceState(project, name)
    for (const { table } of contracts) {
      const last = (await standingLoads(project, name, table)).at(-1)
      const age = ages.find((one) => one.source === name && one.table_name === table)
      tables.push({
        source: name,
        table,
        kind,
        last_read: readAsOf,
        last_new: last?.asOf ?? null,
        load_id: last?.loadId ?? null,
        rows: last?.delivered ?? null,
        age_days: age?.age_days ?? null,
        expected_days: age?.expected_days ?? null,
        is_late: age?.is_late ?? false,
        held: missed?.said ?? held.get(name) ?? null,
        drift: drift.filter((one) => one.table_name === table).map(({ said }) => said),
      })
    }
  }
  return tables
}

const published = (project: Project) =>
  reading(project, async (db) => {
    const of = async <T>(table: string, statement: string) =>
      (await stands(db, `ops.${table}`)) ? db.rows<T>(statement) : []
    const held = await of<{ source: string; said: string }>('held', 'select source, said from ops.held')
    return {
      ages: await of<Age>('freshness', 'select * from ops.freshness'),
      held: new Map(held.map(({ source, said }) => [source, said])),
      drift: await of<{ table_name: string; said: string }>(
        'drift',
        "select table_name, said from ops.drift where status <> 'passed' order by all",
      ),
    }
  })
