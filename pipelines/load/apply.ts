import { join } from 'node:path'
import { sql } from 'kysely'
import { deliveredName } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import type { LandedLoad } from '../landing.ts'
import { type Cast, casts, deliveredColumn, type Expression } from './cast.ts'
import { anyBroken, checkColumn, rules } from './faults.ts'
import { quarantineRecords, quarantineRows } from './quarantine.ts'
import { changed, history, type RawTable } from './tables.ts'

/** What one load came to: read = loaded + quarantined + superseded. */
export interface LoadCounts {
  read: number
  loaded: number
  quarantined: number
  superseded: number
}

/**
 * Takes one landed load into history and quarantine; the caller holds the transaction. Set by set: no row is touched
 * in JavaScript. A row that breaks its contract leaves the version that stood before it standing.
 */
export async function applyLoad(db: Db, raw: RawTable, load: LandedLoad): Promise<LoadCounts> {
  const { contract, evolved } = raw
  const cast = casts(contract, load.columns)
  const all = rules(contract, cast)
  const broken = anyBroken(all)
  const judged = judgedRows(raw, cast, load)
  if (load.mode === 'whole') await close(db, raw, load, sql`true`)
  const columns = sql.join(
    [...contract.columns.map(({ name }) => name), ...evolved].map((name) => sql.id(name)),
  )
  const inserted = await changed(
    db,
    sql`insert into ${history(contract.table)}
      select ${columns}, ${load.loadId}, _row, cast(${load.validFrom} as date), null from (${judged}) where not (${broken})`,
  )
  const superseded = await dropSuperseded(db, raw, load)
  if (load.mode !== 'whole') await closeFormer(db, raw, cast, load)
  let quarantined = load.rejects > 0 ? await quarantineRecords(db, contract, load) : 0
  if (inserted < load.rows) {
    quarantined += await quarantineRows(db, { contract, cast, load, all, rows: sql`(${judged})`, broken })
  }
  return { read: load.rows + load.rejects, loaded: inserted - superseded, quarantined, superseded }
}

/** Delivered values, typed values and the outcome of every check, row by row. */
function judgedRows({ contract, evolved }: RawTable, cast: Cast[], load: LandedLoad): Expression {
  const delivered = load.columns.map(({ name }) => sql`${sql.id(name)} as ${deliveredColumn(name)}`)
  const typed = cast.map(({ column, typed }) => sql`${typed} as ${sql.id(column.name)}`)
  const more = evolved.map((name) => {
    const has = load.columns.some((column) => column.name === name)
    return sql`cast(${has ? deliveredColumn(name) : sql`null`} as varchar) as ${sql.id(name)}`
  })
  const checks = contract.checks.map(
    ({ name, condition }) => sql`(${sql.raw(condition)}\n) as ${checkColumn(name)}`,
  )
  const rows = sql.lit(join(load.dir, 'rows.parquet'))
  return sql`select ${sql.join([sql`*`, ...checks])} from (
    select ${sql.join([sql`*`, ...typed, ...more])} from (
      select ${sql.join([sql`_row`, ...delivered])} from read_parquet(${rows})))`
}

/** Of several rows of one key in a load the last one stands. */
async function dropSuperseded(db: Db, raw: RawTable, load: LandedLoad): Promise<number> {
  if (load.key.length === 0) return 0
  const table = history(raw.contract.table)
  const keys = keyColumns(raw, load)
  const own = sql`_load_id = ${load.loadId}`
  const names = sql.join(keys.map((key) => sql.id(key)))
  const repeated = sql`select ${names}, max(_row) as last_row from ${table} where ${own} group by ${names} having count(*) > 1`
  const [found] = await db.rows<{ n: number }>(sql`select count(*) as n from (${repeated})`)
  if (found?.n === 0) return 0
  return changed(
    db,
    sql`delete from ${table} as h using (${repeated}) as r
      where h._load_id = ${load.loadId} and h._row < r.last_row and ${sameKey(keys, 'h', 'r')}`,
  )
}

/** Closes the versions that this load's rows follow, and those of keys that are gone. */
async function closeFormer(db: Db, raw: RawTable, cast: Cast[], load: LandedLoad): Promise<void> {
  if (load.key.length === 0) return
  const keys = keyColumns(raw, load)
  const names = sql.join(keys.map((key) => sql.id(key)))
  const table = history(raw.contract.table)
  const fresh = sql`select ${names} from ${table} where _load_id = ${load.loadId}`
  await close(
    db,
    raw,
    load,
    sql`_load_id <> ${load.loadId} and exists (
    select 1 from (${fresh}) as n where ${sameKey(keys, 'n', 'h')})`,
  )
  if (load.deleted === 0) return
  const delivered = load.key.map((name) => sql`${sql.id(name)} as ${deliveredColumn(name)}`)
  const typed = keys.map((key) => {
    const made = cast.find(({ column }) => column.name === key) as Cast
    return sql`${made.typed} as ${sql.id(key)}`
  })
  const gone = sql`select ${sql.join(typed)} from (
    select ${sql.join(delivered)} from read_parquet(${sql.lit(join(load.dir, 'deleted.parquet'))}))`
  await close(db, raw, load, sql`exists (select 1 from (${gone}) as g where ${sameKey(keys, 'g', 'h')})`)
}

async function close(db: Db, { contract }: RawTable, load: LandedLoad, which: Expression): Promise<void> {
  await db.run(sql`update ${history(contract.table)} as h set _valid_to = cast(${load.validFrom} as date)
    where _valid_to is null and ${which}`)
}

const sameKey = (keys: string[], a: string, b: string): Expression =>
  sql.join(
    keys.map((key) => sql`${sql.id(a)}.${sql.id(key)} = ${sql.id(b)}.${sql.id(key)}`),
    sql` and `,
  )

/** The key a load was compared by, in the contract's names. */
function keyColumns({ contract }: RawTable, load: LandedLoad): string[] {
  return load.key.map((name) => {
    const column = contract.columns.find(({ from }) => deliveredName(from, load.columns) === name)
    if (column) return column.name
    throw new ClienteleError({
      what: `${contract.source}.${contract.table} landed by the key '${name}', which its contract does not name`,
      where: contract.place,
      how: 'Add it to columns:; what has landed can only be followed by its key.',
    })
  })
}
