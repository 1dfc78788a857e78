import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { type Catalogue, catalogues, tableIn } from './catalogues.ts'
import type { TableFacts } from './facts.ts'

/**
 * The columns by which the rows of two versions of a table belong together: the grain where it names columns, else
 * the columns of a `unique` test, the fewest first. They must be there and tell rows apart in both versions; without
 * such columns the rows themselves are compared.
 */
export async function keyOf(
  db: Db,
  { before, after }: { before: TableFacts; after: TableFacts },
): Promise<string[]> {
  const common = new Set(before.columns.map(({ name }) => name))
  const shared = after.columns.filter(({ name }) => common.has(name)).map(({ name }) => name)
  for (const key of keyCandidates(after)) {
    if (!key.every((name) => shared.includes(name))) continue
    if (!(await isRepeated(db, after.name, key))) return key
  }
  return []
}

/** What may tell rows apart, the likeliest first. */
export function keyCandidates({ grain, uniques }: TableFacts): string[][] {
  const named = grain?.split(/\s*,\s*/).map((name) => name.trim()) ?? []
  return [named, ...uniques.toSorted((a, b) => a.length - b.length)].filter(({ length }) => length > 0)
}

/** Whether rows share the key in either version. */
async function isRepeated(db: Db, table: string, key: string[]): Promise<boolean> {
  const columns = sql.join<RawBuilder<unknown>>(key.map((name) => sql.id(name)))
  const repeats = Object.values(catalogues).map(
    (catalogue: Catalogue) =>
      sql`exists (select 1 from ${tableIn(catalogue, table)} group by ${columns} having count(*) > 1)`,
  )
  const [row] = await db.rows<{ repeated: boolean }>(sql`select ${sql.join(repeats, sql` or `)} as repeated`)
  return row?.repeated ?? false
}
