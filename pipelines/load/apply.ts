import { sql } from 'kysely'
import { deliveredName } from '../contract.ts'
import type { Correction } from '../corrections.ts'
import type { Db } from '../duckdb.ts'
import { ClienteleError } from '../error.ts'
import { landedDeleted, landedRows } from '../landed-rows.ts'
import type { LandedLoad } from '../landing.ts'
import { type Cast, casts, deliveredColumn, type Expression } from './cast.ts'
import { correctRows, recordOutcome } from './corrected.ts'
import { anyBroken, checkColumn, noneBroken, type Rule, reasonList, rules } from './faults.ts'
import { inOnePass } from './one-pass.ts'
import { quarantineRecords, quarantineRows } from './quarantine.ts'
import { changed, history, type RawTable } from './tables.ts'

/** What one load came to: read = loaded + quarantined + superseded. */
export interface LoadCounts {
  read: number
  loaded: number
  quarantined: number
  superseded: number
}

/** Rows of one load that are cast and judged together: those that came so, or those that were mended. */
interface Part {
  load: LandedLoad
  cast: Cast[]
  all: Rule[]
  broken: Expression
  judged: Expression
  /** How many there are. */
  rows: number
}

/**
 * Takes one landed load into history and quarantine; the caller holds the transaction. Set by set: no row is touched
 * in JavaScript. A row that breaks its contract leaves the version that stood before it standing. A mended row stands
 * in for the one that came at its position.
 */
export async function applyLoad(
  db: Db,
  raw: RawTable,
  load: LandedLoad,
  corrections: Correction[] = [],
): Promise<LoadCounts> {
  const { contract } = raw
  if (load.mode === 'whole') await close(db, raw, load, sql`true`)
  const { parts, corrected } = await partsOf(db, raw, load, corrections)
  const left = new Map<Part, number>()
  let inserted = 0
  for (const part of parts) {
    const taken = await insertPart(db, raw, part)
    inserted += taken
    left.set(part, part.rows - taken)
  }
  const superseded = await dropSuperseded(db, raw, load)
  if (load.mode !== 'whole') await closeFormer(db, raw, casts(contract, load.columns), load)
  let quarantined = load.rejects > 0 ? await quarantineRecords(db, contract, load, corrected) : 0
  for (const [{ judged, ...part }, bad] of left) {
    if (bad > 0) quarantined += await quarantineRows(db, { contract, ...part, rows: sql`(${judged})` })
  }
  if (corrected.length > 0) await recordOutcome(db, raw, load)
  return { read: load.rows + load.rejects, loaded: inserted - superseded, quarantined, superseded }
}

async function partsOf(
  db: Db,
  raw: RawTable,
  load: LandedLoad,
  corrections: Correction[],
): Promise<{ parts: Part[]; corrected: number[] }> {
  const whole = partOf(raw, load, landedRows(load), load.rows)
  if (corrections.length === 0) return { parts: [whole], corrected: [] }
  const bad = sql`select _row, ${reasonList(whole.all)}[1] as reason from (${whole.judged}) where ${whole.broken}`
  const { positions, ...mended } = await correctRows(db, raw, load, corrections, bad)
  const listed = sql.join(positions.map((row) => sql.lit(row)))
  const others = sql`(select * from ${landedRows(load)} where _row not in (${listed}))`
  const rest = partOf(raw, load, others, load.rows - positions.length + mended.rejects)
  return {
    parts: [rest, partOf(raw, mended.load, mended.rows, positions.length)],
    corrected: positions,
  }
}

function partOf(raw: RawTable, load: LandedLoad, from: Expression, rows: number): Part {
  const cast = casts(raw.contract, load.columns)
  const all = rules(raw.contract, cast)
  return { load, cast, all, broken: anyBroken(all), judged: judgedRows(raw, cast, load, from), rows }
}

function insertPart(db: Db, { contract, evolved }: RawTable, { load, judged, all }: Part): Promise<number> {
  const columns = sql.join(
    [...contract.columns.map(({ name }) => name), ...evolved].map((name) => sql.id(name)),
  )
  const insert = sql`insert into ${history(contract.table)}
    select ${columns}, ${load.loadId}, _row, cast(${load.validFrom} as date), null from (${judged}) where ${noneBroken(all)}`
  return inOnePass(db, () => changed(db, insert))
}

/** Delivered values, typed values and the outcome of every check, row by row. */
function judgedRows(
  { contract, evolved }: RawTable,
  cast: Cast[],
  load: LandedLoad,
  from: Expression,
): Expression {
  const delivered = load.columns.map(({ name }) => sql`${sql.id(name)} as ${deliveredColumn(name)}`)
  const typed = cast.map(({ column, typed }) => sql`${typed} as ${sql.id(column.name)}`)
  const more = evolved.map((name) => {
    const has = load.columns.some((column) => column.name === name)
    return sql`cast(${has ? deliveredColumn(name) : sql`null`} as varchar) as ${sql.id(name)}`
  })
  const checks = contract.checks.map(
    ({ name, condition }) => sql`(${sql.raw(condition)}\n) as ${checkColumn(name)}`,
  )
  return sql`select ${sql.join([sql`*`, ...checks])} from (
    select ${sql.join([sql`*`, ...typed, ...more])} from (
      select ${sql.join([sql`_row`, ...delivered])} from ${from}))`
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
    select ${sql.join(delivered)} from ${landedDeleted(load)})`
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
