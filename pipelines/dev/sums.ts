import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { type Catalogue, catalogues, tableIn } from './catalogues.ts'
import { isExact, isNumeric } from './masked.ts'
import type { Shared } from './shared-columns.ts'

/** Sums of a column, as text: integers and decimals exactly, floating numbers as the engine prints them. */
export interface SumChange {
  before: string | null
  after: string | null
  change: string | null
}

interface Sums {
  rows: { before: number; after: number }
  sums: (SumChange | undefined)[]
}

/** Rows and sums of both versions. Integers and decimals are added exactly and stay text, so that no digit is lost. */
export async function sizesAndSums(db: Db, table: string, columns: Shared[]): Promise<Sums> {
  const summed = columns.flatMap((column, i) =>
    !column.masked && isNumeric(column.before) && isNumeric(column.after) ? [{ ...column, i }] : [],
  )
  const total = (type: string, name: string) =>
    isExact(type) ? sql`sum(${sql.id(name)})` : sql`fsum(${sql.id(name)})`
  const side = (catalogue: Catalogue, prefix: string) =>
    sql`(select count(*) as ${sql.id(`${prefix}n`)}${sql.join(
      summed.map(
        ({ name, i, before, after }) =>
          sql`, ${total(prefix === 'b' ? before : after, name)} as ${sql.id(`${prefix}${i}`)}`,
      ),
      sql``,
    )} from ${tableIn(catalogue, table)})`
  const texts = summed.map(({ was, is, i }) => {
    const id = (part: string) => sql.id(`${part}${i}`)
    return sql`, cast(${was} as varchar) as ${id('before')}, cast(${is} as varchar) as ${id('after')},
      cast(coalesce(${is}, 0) - coalesce(${was}, 0) as varchar) as ${id('change')}`
  })
  const [row] = await db.rows<Record<string, number & string>>(
    sql`select bn, an${sql.join(texts, sql``)} from ${side(catalogues.published, 'b')}, ${side(catalogues.own, 'a')}`,
  )
  const known = new Set(summed.map(({ i }) => i))
  return {
    rows: { before: row?.bn ?? 0, after: row?.an ?? 0 },
    sums: columns.map((_, i) =>
      known.has(i)
        ? {
            before: row?.[`before${i}`] ?? null,
            after: row?.[`after${i}`] ?? null,
            change: row?.[`change${i}`] ?? null,
          }
        : undefined,
    ),
  }
}
