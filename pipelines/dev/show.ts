import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import type { Project } from '../project.ts'
import { publishedRunId } from '../publish/publish.ts'
import { type Catalogue, catalogues, openPublished, tableIn } from './catalogues.ts'
import { plural } from './counts.ts'
import { type TableFacts, tableFacts } from './facts.ts'
import { printSample, type Sample } from './grid.ts'
import { keyCandidates } from './key.ts'
import { shownValue } from './masked.ts'

export interface ShowOptions {
  /** Rows to show. */
  limit: number
  /** Show personal columns as they are. */
  personal: boolean
}

/** A table of the published version, as its first rows show it. */
export interface Shown {
  facts: TableFacts
  /** Of the whole table. */
  rows: number
  sample: Sample
  /** Columns whose values are hidden. */
  masked: string[]
  runId: string | null
}

/** The first rows of a published table. Throws when nothing is published or no table has that name. */
export async function show(project: Project, name: string, options: ShowOptions): Promise<Shown> {
  const db = await openPublished(project)
  try {
    const facts = await tableFacts(db, project, catalogues.published, name)
    const [count] = await db.rows<{ n: number }>(
      sql`select count(*) as n from ${tableIn(catalogues.published, name)}`,
    )
    return {
      facts,
      rows: count?.n ?? 0,
      sample: await firstRows(db, catalogues.published, facts, options),
      masked: options.personal ? [] : facts.columns.filter(({ pii }) => pii).map((column) => column.name),
      runId: await publishedRunId(project),
    }
  } finally {
    db.close()
  }
}

/** The first rows by the table's key, or as they stand when it has none; every value as text. */
export async function firstRows(
  db: Db,
  catalogue: Catalogue,
  facts: TableFacts,
  { limit, personal }: ShowOptions,
): Promise<Sample> {
  const { name, columns } = facts
  const names = new Set(columns.map((column) => column.name))
  const key = keyCandidates(facts).find((candidate) => candidate.every((column) => names.has(column))) ?? []
  const order =
    key.length > 0 ? sql`order by ${sql.join(key.map((column) => sql.id('shown', column)))}` : sql``
  const values = columns.map((column) =>
    shownValue(sql.id(column.name), column.type, column.pii !== null && !personal),
  )
  const { rows } = await db.grid(
    sql`select ${sql.join(values)} from ${tableIn(catalogue, name)} as shown ${order} limit ${sql.lit(limit)}`,
  )
  return { columns, rows: rows as (string | null)[][] }
}

export function printShown({ facts, rows, sample, masked, runId }: Shown, room: number): string {
  const { name, description, grain, columns } = facts
  const head = [
    `${name}: ${plural(rows, 'row')}, ${plural(columns.length, 'column')}, published by ${runId ?? 'an unknown run'}`,
  ]
  if (description) head.push(description.trim())
  if (grain) head.push(`Grain: ${grain.trim()}`)
  const foot = masked.length > 0 ? [`Masked: ${masked.join(', ')}. --personal shows them.`] : []
  return [...head, '', printSample(sample, room), ...(foot.length > 0 ? ['', ...foot] : [])].join('\n')
}

/** The same for programs. */
export const shownJson = ({ facts, rows, sample, masked, runId }: Shown): object => ({
  table: facts.name,
  runId,
  description: facts.description,
  grain: facts.grain,
  rows,
  columns: facts.columns.map(({ name, type, pii, description }) => ({ name, type, pii, description })),
  masked,
  sample: sample.rows.map((row) =>
    Object.fromEntries(row.map((value, i) => [sample.columns[i]?.name as string, value])),
  ),
})
