import { readRuns } from '../ledger.ts'
import type { Project } from '../project.ts'
import { stands } from '../stands.ts'
import { reading } from './warehouse.ts'

/** A row that was mended by a line of a corrections file. */
export interface CorrectedRow {
  source: string
  table_name: string
  load_id: string
  row: number
  reason: string
  fields: string[]
  outcome: 'taken in' | 'quarantined'
  file: string
  line: number
}

/** Rows that a run took in out of quarantine, whether a contract or a correction had mended them. */
export interface MendedRun {
  startedAt: string
  runId: string | null
  source: string
  table: string
  mended: number
}

export interface Trail {
  corrections: CorrectedRow[]
  runs: MendedRun[]
}

/** How rows came out of quarantine: by which correction, and in which runs. */
export async function trail(project: Project): Promise<Trail> {
  const corrections = await reading(project, async (db) =>
    (await stands(db, 'ops.corrections'))
      ? db.rows<CorrectedRow>(`select source, table_name, load_id, _row as "row", reason, fields, outcome, file, line
          from ops.corrections order by source, table_name, load_id, _row`)
      : [],
  )
  const runs = (await readRuns(project)).flatMap(({ startedAt, runId, tables }) =>
    tables.flatMap(({ source, table, mended }) =>
      mended ? [{ startedAt, runId, source, table, mended }] : [],
    ),
  )
  return { corrections, runs }
}
