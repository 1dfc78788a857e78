import { existsSync } from 'node:fs'
import { openDatabase } from '../duckdb.ts'
import type { Project } from '../project.ts'
import type { PublishedRows } from './audits.ts'
import type { Code } from './source.ts'

/**
 * How many rows each model has in the published version, for tests of change. None when no test asks for it, when
 * nothing is published, or when what is published is of a later day: an earlier day may well have fewer rows.
 */
export async function publishedRows(
  project: Project,
  asOf: string,
  { models }: Code,
): Promise<PublishedRows> {
  const { warehouse } = project.paths
  const asked = [...models.values()].some(({ tests }) =>
    tests.some(({ test }) => 'change' in test && test.change !== undefined),
  )
  if (!asked || !existsSync(warehouse)) return new Map()
  const db = await openDatabase(warehouse, { readOnly: true })
  try {
    const rows = await db.rows<{ name: string; rows: number; as_of: string }>(
      'select m.name, m.rows, r.as_of from ops.models as m cross join ops.run as r',
    )
    const models = new Map(rows.map((row) => [row.name, row]))
    return rowsBefore({ asOf: rows[0]?.as_of ?? '', models }, asOf)
  } finally {
    db.close()
  }
}

export const rowsBefore = (
  published: { asOf: string; models: ReadonlyMap<string, { rows: number }> },
  asOf: string,
): PublishedRows =>
  published.asOf <= asOf ? new Map([...published.models].map(([name, { rows }]) => [name, rows])) : new Map()
