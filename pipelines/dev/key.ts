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
  for (const key of candidates(after)) {
    if (!key.every((name) => shared.includes(name))) continue
    const repeats = await Promise.all([
      isRepeated(db, catalogues.published, after.name, key),
      isRepeated(db, catalogues.own, after.name, key),
    ])
    if (!repeats.includes(true)) return key
  }
  return []
}

function candidates({ grain, uniques }: TableFacts): string[][] {
  const named = grain?.split(/\s*,\s*/).map((name) => name.trim()) ?? []
  return [named, ...uniques.toSorted((a, b) => a.length - b.length)].filter(({ length }) => length > 0)
}

async function isRepeated(db: Db, catalogue: Catalogue, table: string, key: string[]): Promise<boolean> {
  const columns = sql.join<RawBuilder<unknown>>(key.map((name) => sql.id(name)))
  const [row] = await db.rows<{ repeated: boolean }>(
    sql`select exists (select 1 from ${tableIn(catalogue, table)} group by ${columns} having count(*) > 1)
      as repeated`,
  )
  return row?.repeated ?? false
}
