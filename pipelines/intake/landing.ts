import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { landedTable, tableDir } from '../landing.ts'
import type { Project } from '../project.ts'
import { allContracts } from './warehouse.ts'

/** What stands in landing for a table. */
export interface LandingSize {
  source: string
  table: string
  loads: number
  /** Loads that have folders of their own. */
  loose: number
  rows: number
  bytes: number
  /** As-of dates of the first and the last load that stand. */
  oldest: string | null
  newest: string | null
  /** History that ended on this day or earlier is no longer kept. */
  before: string | null
}

export async function landingSizes(project: Project): Promise<LandingSize[]> {
  const sizes: LandingSize[] = []
  for (const { source, table } of await allContracts(project)) {
    const { loads, folded } = await landedTable(project, source, table)
    sizes.push({
      source,
      table,
      loads: loads.length,
      loose: loads.filter(({ shared }) => !shared).length,
      rows: loads.reduce((sum, { rows, rejects }) => sum + rows + rejects, 0),
      bytes: await bytesBelow(tableDir(project, source, table)),
      oldest: loads[0]?.asOf ?? null,
      newest: loads.at(-1)?.asOf ?? null,
      before: folded?.before ?? null,
    })
  }
  return sizes
}

async function bytesBelow(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries)
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  return bytes
}
