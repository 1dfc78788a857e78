import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { type Catalogue, catalogues, tableIn } from './catalogues.ts'
import type { ColumnFacts, TableFacts } from './facts.ts'
import { keyOf } from './key.ts'
import { isNumeric, shownValue } from './masked.ts'
import { type Shared, sharedColumns } from './shared-columns.ts'
import { type SumChange, sizesAndSums } from './sums.ts'

type Sql = RawBuilder<unknown>

/** A value that changed, as text; null is null. */
export interface ChangedValue {
  /** Values of the key's columns, in their order. */
  key: (string | null)[]
  before: string | null
  after: string | null
}

export interface ColumnDiff {
  name: string
  /** Types before and after, where they differ. */
  types?: { before: string; after: string }
  /** Rows that are in both versions and differ in this column. */
  changed: number
  /** Of the rows that are in both versions, 0 to 1. */
  share: number
  /** The largest first where the column holds numbers, else by key. */
  largest: ChangedValue[]
  /** Where the column holds numbers that are not personal. Exact, as text, unless the numbers are floating. */
  sums?: SumChange
}

/** How a table of one's own differs from the published one of the same name. */
export interface TableDiff {
  table: string
  /** Empty: the rows have no key, and a changed row is one that is gone and one that is added. */
  key: string[]
  rows: { before: number; after: number }
  added: number
  gone: number
  changed: number
  /** Columns that only one version has. */
  columnsAdded: string[]
  columnsGone: string[]
  /** Columns that both versions have, in the order of the new one. */
  columns: ColumnDiff[]
  /** Keys of the first rows that are added and gone; whole rows where there is no key. Personal values masked. */
  samples: { columns: string[]; added: (string | null)[][]; gone: (string | null)[][] }
}

/** Changes kept of each column, and rows of those added and gone. */
export const kept = 3

/**
 * Compares `building` with `warehouse`, both attached to `db`; needs a temporary table of its own. Everything is
 * counted by the engine over all rows: nothing is sampled.
 */
export async function diffTable(
  db: Db,
  facts: { before: TableFacts; after: TableFacts },
): Promise<TableDiff> {
  const { before, after } = facts
  const key = await keyOf(db, facts)
  const columns = sharedColumns(before.columns, after.columns)
  const names = (all: ColumnFacts[], without: ColumnFacts[]) =>
    all.map(({ name }) => name).filter((name) => !without.some((column) => column.name === name))
  const head = {
    table: after.name,
    key,
    columnsAdded: names(after.columns, before.columns),
    columnsGone: names(before.columns, after.columns),
  }
  if (columns.length === 0) return { ...head, ...(await nothingShared(db, after.name)) }
  try {
    const rest =
      key.length > 0 ? await byKey(db, after.name, key, columns) : await byRow(db, after.name, columns)
    return { ...head, ...rest }
  } finally {
    await db.run(sql`drop table if exists ${pairs}`)
  }
}

const pairs = sql`temp.main.diff_pairs`

/** Values of types that the engine does not compare are compared as they print. */
const comparable = (value: Sql, { before, after }: Shared): Sql =>
  before === after || (isNumeric(before) && isNumeric(after)) ? value : sql`cast(${value} as varchar)`

const differs = (column: Shared): Sql =>
  sql`${comparable(column.was, column)} is distinct from ${comparable(column.is, column)}`

const equals = (column: Shared): Sql =>
  sql`${comparable(column.was, column)} is not distinct from ${comparable(column.is, column)}`

/** Rows that are not the same in both versions, side by side; `was_there` and `is_there` say in which they are. */
async function byKey(db: Db, table: string, key: string[], columns: Shared[]) {
  const side = (catalogue: Catalogue, there: string, nameOf: (column: Shared) => Sql) =>
    sql`(select true as ${sql.id(there)}, ${sql.join(
      columns.map((column) => sql`${sql.id(column.name)} as ${nameOf(column)}`),
    )} from ${tableIn(catalogue, table)})`
  const keys = columns.filter(({ name }) => key.includes(name))
  const same = sql.join(keys.map(equals), sql` and `)
  const changes = sql.join(columns.map(differs), sql` or `)
  await db.run(sql`
    create or replace temp table diff_pairs as
    select * from ${side(catalogues.published, 'was_there', ({ was }) => was)}
    full join ${side(catalogues.own, 'is_there', ({ is }) => is)} on ${same}
    where was_there is null or is_there is null or ${changes}`)
  const sizes = await sizesAndSums(db, table, columns)
  const counts = await countPairs(db, columns)
  const both = sizes.rows.before - counts.gone
  const largest = await largestChanges(
    db,
    keys,
    columns.filter((_, i) => (counts.columns[i] ?? 0) > 0),
  )
  return {
    rows: sizes.rows,
    added: counts.added,
    gone: counts.gone,
    changed: counts.changed,
    columns: columns.map((column, i) => ({
      ...told(column, sizes.sums[i]),
      changed: counts.columns[i] ?? 0,
      share: both > 0 ? (counts.columns[i] ?? 0) / both : 0,
      largest: largest.get(column.name) ?? [],
    })),
    samples: {
      columns: key,
      added:
        counts.added > 0
          ? await firstKeys(
              db,
              sql`was_there is null`,
              keys.map((key) => ({ ...key, at: key.is })),
            )
          : [],
      gone:
        counts.gone > 0
          ? await firstKeys(
              db,
              sql`is_there is null`,
              keys.map((key) => ({ ...key, at: key.was })),
            )
          : [],
    },
  }
}

async function nothingShared(db: Db, table: string) {
  const { rows } = await sizesAndSums(db, table, [])
  const samples = { columns: [], added: [], gone: [] }
  return { rows, added: rows.after, gone: rows.before, changed: 0, columns: [], samples }
}

const told = ({ name, before, after }: Shared, sums: SumChange | undefined) => ({
  name,
  ...(before === after ? {} : { types: { before, after } }),
  ...(sums ? { sums } : {}),
})

async function countPairs(db: Db, columns: Shared[]) {
  const both = sql`was_there and is_there`
  const [row] = await db.rows<Record<string, number>>(sql`
    select count(*) filter (where was_there is null) as added, count(*) filter (where is_there is null) as gone,
      count(*) filter (where ${both}) as changed,
      ${sql.join(columns.map((column, i) => sql`count(*) filter (where ${both} and ${differs(column)}) as ${sql.id(`c${i}`)}`))}
    from ${pairs}`)
  const { added = 0, gone = 0, changed = 0 } = row ?? {}
  return { added, gone, changed, columns: columns.map((_, i) => row?.[`c${i}`] ?? 0) }
}

/** The largest changes of every column in one statement; those of equal size by key, so that two runs agree. */
async function largestChanges(
  db: Db,
  keys: Shared[],
  columns: Shared[],
): Promise<Map<string, ChangedValue[]>> {
  if (columns.length === 0) return new Map()
  const shown = sql.join(keys.map(({ is, after, masked }) => shownValue(is, after, masked)))
  const order = sql.join(keys.map(({ is }) => is))
  const parts = columns.map((column) => {
    const { name, was, is, before, after, masked } = column
    const size =
      isNumeric(before) && isNumeric(after)
        ? sql`abs(cast(coalesce(${is}, 0) as double) - cast(coalesce(${was}, 0) as double)) desc, `
        : sql``
    return sql`(select ${sql.lit(name)} as name, [${shown}] as key,
        ${shownValue(was, before, masked)} as before, ${shownValue(is, after, masked)} as after
      from ${pairs} where was_there and is_there and ${differs(column)}
      order by ${size}${order} limit ${sql.lit(kept)})`
  })
  const rows = await db.rows<ChangedValue & { name: string }>(sql`${sql.join(parts, sql` union all `)}`)
  const byName = Map.groupBy(rows, ({ name }) => name)
  return new Map(
    [...byName].map(([name, all]) => [name, all.map(({ key, before, after }) => ({ key, before, after }))]),
  )
}

async function firstKeys(db: Db, where: Sql, keys: (Shared & { at: Sql })[]): Promise<(string | null)[][]> {
  const shown = keys.map(({ at, after, masked }) => shownValue(at, after, masked))
  const { rows } = await db.grid(sql`
    select ${sql.join(shown)} from ${pairs} where ${where}
    order by ${sql.join(keys.map(({ at }) => at))} limit ${sql.lit(kept)}`)
  return rows as (string | null)[][]
}

/** Without a key: rows of one version that the other has not, as often as it has them more. */
async function byRow(db: Db, table: string, columns: Shared[]) {
  const common = sql.join(columns.map(({ name }) => sql.id(name)))
  const rowsOf = (catalogue: Catalogue) => sql`select ${common} from ${tableIn(catalogue, table)}`
  const less = (a: Catalogue, b: Catalogue) => sql`(${rowsOf(a)} except all ${rowsOf(b)})`
  const { rows, sums } = await sizesAndSums(db, table, columns)
  await db.run(sql`
    create or replace temp table diff_pairs as
    select true as is_added, * from ${less(catalogues.own, catalogues.published)}
    union all select false, * from ${less(catalogues.published, catalogues.own)}`)
  const [counts] = await db.rows<{ added: number; gone: number }>(sql`
    select count(*) filter (where is_added) as added, count(*) filter (where not is_added) as gone from ${pairs}`)
  const shown = columns.map(({ name, after, masked }) => shownValue(sql.id(name), after, masked))
  const first = async (where: Sql) =>
    (
      await db.grid(sql`select ${sql.join(shown)} from ${pairs} where ${where}
      order by all limit ${sql.lit(kept)}`)
    ).rows as (string | null)[][]
  return {
    rows,
    added: counts?.added ?? 0,
    gone: counts?.gone ?? 0,
    changed: 0,
    columns: columns.map((column, i) => ({ ...told(column, sums[i]), changed: 0, share: 0, largest: [] })),
    samples: {
      columns: columns.map(({ name }) => name),
      added: await first(sql`is_added`),
      gone: await first(sql`not is_added`),
    },
  }
}
