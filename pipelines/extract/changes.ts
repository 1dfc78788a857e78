import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { allRows, currentState, landedRejects, type Typed, unionColumns } from '../landed-rows.ts'
import type { LandedLoad } from '../landing.ts'
import { type DeliveredColumn, type RecordText, records, rejectColumns } from './delivery.ts'

/** A delivery's text and the loads it is compared with. */
export interface Delivered {
  columns: DeliveredColumn[]
  text: RecordText
  /** Records that are not taken in but whose keys are not gone. */
  spared?: RecordText | undefined
  earlier: LandedLoad[]
}

/**
 * Finds what is new in a keyed snapshot, in the engine: the rows of keys whose rows differ in content, number or
 * order from what stands, and keys that are gone. Rows are compared by a 64-bit hash within their key.
 * Leaves temporary tables `changed` and `gone`; returns how many records were delivered.
 */
export async function compareByKey(db: Db, delivered: Delivered, key: string[]): Promise<number> {
  const { columns, text, spared, earlier } = delivered
  const since = earlier.findLastIndex(({ mode }) => mode === 'whole')
  const loads = earlier.slice(Math.max(0, since))
  const compared = comparedColumns(columns, loads)
  const keys = sql.join(key.map((name) => sql.id(name)))
  const same = (a: string, b: string) =>
    sql.join(
      key.map((name) => sql`${sql.id(a, name)} is not distinct from ${sql.id(b, name)}`),
      sql` and `,
    )
  await db.run(sql`create or replace temp table delivered as ${records(text, columns)}`)
  await db.run(sql`create or replace temp table landed as ${currentState(loads, key)}`)
  const hashed = async (table: string, has: Typed[]) => {
    const copy = (await isUnique(db, table, key))
      ? sql`0`
      : sql`row_number() over (partition by ${keys} order by _row)`
    return sql`select ${keyColumns(key, compared, has)}, hash(${content(compared, has)}, ${copy}) as row_hash from ${sql.table(table)}`
  }
  await db.run(sql`create or replace temp table differing as
    with d as (${await hashed('delivered', columns)}), l as (${await hashed('landed', landedColumns(loads))})
    select ${sql.join(key.map((name) => sql`${sql.id('d', name)} as ${sql.id(name)}`))}, true as is_delivered
    from d where not exists (select 1 from l where ${same('d', 'l')} and d.row_hash = l.row_hash)
    union all
    select ${sql.join(key.map((name) => sql`${sql.id('l', name)}`))}, false
    from l where not exists (select 1 from d where ${same('d', 'l')} and d.row_hash = l.row_hash)`)
  const present = [sql`delivered`, ...(spared ? [sql`(${records(spared, columns)})`] : [])]
  const typed = sql.join(
    present.map((source) => sql`select ${keyColumns(key, compared, columns)} from ${source}`),
    sql` union `,
  )
  await db.run(sql`create or replace temp table gone as
    select distinct ${keys} from differing as l
    where not is_delivered and not exists (select 1 from (${typed}) as d where ${same('d', 'l')})`)
  const matches = key.map((name) => {
    return sql`${comparable(find(compared, name), columns, 'd')} is not distinct from ${sql.id('c', name)}`
  })
  await db.run(sql`create or replace temp table changed as
    select d.* from delivered as d
    where exists (select 1 from differing as c where ${sql.join(matches, sql` and `)})`)
  const [read] = await db.rows<{ n: number }>('select count(*) as n from delivered')
  return read?.n ?? 0
}

/**
 * Finds what is new of an appended table: all rows past the cursor, and those at it that have not landed yet.
 * Leaves the temporary table `changed`.
 */
export async function compareAtCursor(db: Db, { columns, text, earlier }: Delivered): Promise<void> {
  await db.run(sql`create or replace temp table delivered as ${records(text, columns)}`)
  const last = earlier.at(-1)?.cursor
  if (!last || last.value === null) {
    await db.run('create or replace temp table changed as select * from delivered')
    return
  }
  const compared = comparedColumns(columns, earlier)
  const column = sql.id(last.column)
  const type = sql.raw(last.type)
  const boundary = sql`(cast(${column} as ${type}) = cast(${last.value} as ${type}) or ${column} is null)`
  // Equal rows are told apart by their number, so that none lands twice and none is taken for another.
  const numbered = (source: RawBuilder<unknown>, has: Typed[]) => sql`
    select *, row_number() over (partition by row_hash) as copy
    from (select *, hash(${content(compared, has)}) as row_hash from ${source} where ${boundary})`
  const names = sql.join(columns.map(({ name }) => sql.id(name)))
  await db.run(sql`create or replace temp table changed as
    with at_boundary as (${numbered(sql`delivered`, columns)}),
    landed as (${numbered(sql`(${allRows(earlier)})`, landedColumns(earlier))})
    select ${names}, _row from delivered where not ${boundary}
    union all
    select ${names}, _row from at_boundary as d
    where not exists (select 1 from landed as l where l.row_hash = d.row_hash and l.copy = d.copy)`)
}

/** Leaves the temporary table `rejected`: the records that cannot be read and have not landed before. */
export async function compareRejects(db: Db, rejects: RecordText, earlier: LandedLoad[]): Promise<void> {
  const landed = earlier
    .filter((load) => load.rejects > 0)
    .map((load) => sql`select reason, text from ${landedRejects(load)}`)
  const known =
    landed.length === 0
      ? sql`false`
      : sql`exists (
    select 1 from (${sql.join(landed, sql` union all `)}) as k where k.reason = r.reason and k.text = r.text)`
  await db.run(sql`create or replace temp table rejected as
    select r.* from (${records(rejects, rejectColumns)}) as r where not ${known}`)
}

/** The rows to land, in the order of the delivery. */
export const changedRows = (): RawBuilder<unknown> => sql`select * from changed order by _row`

export const newRejects = (): RawBuilder<unknown> => sql`select * from rejected order by _row`

/** The keys that are gone. */
export const deletedKeys = (key: string[]): RawBuilder<unknown> => {
  const keys = sql.join(key.map((name) => sql.id(name)))
  return sql`select ${keys} from gone order by ${keys}`
}

async function isUnique(db: Db, table: string, key: string[]): Promise<boolean> {
  const keys = sql.join(key.map((name) => sql.id(name)))
  const [counts] = await db.rows<{ rows: number; keys: number }>(sql`
    select (select count(*) from ${sql.table(table)}) as rows,
      (select count(*) from (select distinct ${keys} from ${sql.table(table)})) as keys`)
  return counts?.rows === counts?.keys
}

/** All columns of both sides. Where their types differ they are compared as numbers or as text. */
const comparedColumns = (columns: Typed[], loads: LandedLoad[]): Typed[] =>
  unionColumns([...loads.flatMap((load) => load.columns), ...columns])

/** The columns of several loads read together, each with its widest type. */
const landedColumns = (loads: LandedLoad[]): Typed[] => comparedColumns([], loads)

const content = (compared: Typed[], has: Typed[]): RawBuilder<unknown> =>
  sql.join(compared.map((column) => comparable(column, has)))

function comparable({ name, type }: Typed, has: Typed[], alias?: string): RawBuilder<unknown> {
  const own = has.find((column) => column.name === name)
  const value = alias ? sql.id(alias, name) : sql.id(name)
  if (!own) return sql`cast(null as ${sql.raw(type)})`
  return own.type === type ? value : sql`cast(${value} as ${sql.raw(type)})`
}

const keyColumns = (key: string[], compared: Typed[], has: Typed[]): RawBuilder<unknown> =>
  sql.join(key.map((name) => sql`${comparable(find(compared, name), has)} as ${sql.id(name)}`))

const find = (columns: Typed[], name: string): Typed =>
  columns.find((column) => column.name === name) ?? { name, type: 'VARCHAR' }
