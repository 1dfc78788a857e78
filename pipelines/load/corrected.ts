import { sql } from 'kysely'
import { deliveredName } from '../contract.ts'
import type { Correction } from '../corrections.ts'
import type { Db } from '../duckdb.ts'
import { type Fault, throwFaults } from '../error.ts'
import { landedRejects, landedRows } from '../landed-rows.ts'
import type { LandedLoad } from '../landing.ts'
import { didYouMean } from '../near-miss.ts'
import type { Expression } from './cast.ts'
import { quarantine, type RawTable } from './tables.ts'

/** A position of a load that breaks the contract as it was delivered. */
interface BadRow {
  position: number
  reason: string
}

/** Rows of a load as they were mended: all text, beside their positions. */
export interface Corrected {
  rows: Expression
  load: LandedLoad
  positions: number[]
  /** How many of them could not even be split into columns when they came. */
  rejects: number
}

/**
 * Puts the mended rows of one load into a temporary table. Throws when one of them is not in quarantine (exit code 2):
 * a correction never changes a row that was good, and never makes one up.
 */
export async function correctRows(
  db: Db,
  raw: RawTable,
  load: LandedLoad,
  corrections: Correction[],
  badRows: Expression,
): Promise<Corrected> {
  const positions = corrections.map(({ row }) => row)
  const listed = sql.join(positions.map((row) => sql.lit(row)))
  const split = await db.rows<BadRow>(
    sql`select _row as position, reason from (${badRows}) where _row in (${listed})`,
  )
  const unsplit =
    load.rejects === 0
      ? []
      : await db.rows<BadRow>(
          sql`select _row as position, reason from ${landedRejects(load)} where _row in (${listed})`,
        )
  const bad = new Map([...split, ...unsplit].map(({ position, reason }) => [position, reason]))
  throwFaults(
    corrections.flatMap((one) => faultsOf(raw, load, one, bad)),
    2,
  )
  await makeTable(db, load, corrections)
  await recordTrail(db, raw, load, corrections, bad)
  const names = load.columns.map(({ name }) => sql.id(name))
  return {
    rows: sql`(select ${sql.join([...names, sql`_row`])} from corrected_rows)`,
    load: { ...load, columns: load.columns.map(({ name }) => ({ name, type: 'VARCHAR' })) },
    positions,
    rejects: unsplit.length,
  }
}

function faultsOf(
  { contract }: RawTable,
  load: LandedLoad,
  { row, values, place }: Correction,
  bad: Map<number, string>,
): Fault[] {
  const names = load.columns.map(({ name }) => name)
  // A list of rows of several loads has the columns of all of them.
  const unknown = [...values]
    .filter(([name, value]) => value !== null && deliveredName(name, load.columns) === undefined)
    .map(([name]) => name)
  const faults: Fault[] = unknown.map((name) => ({
    what: `load ${load.loadId} of ${contract.source}.${contract.table} has no column '${name}'`,
    where: place,
    how: didYouMean(name, names) ?? `Delivered: ${names.join(', ')}.`,
  }))
  if (bad.has(row)) return faults
  const what = `row ${row} of load ${load.loadId} is not in quarantine of ${contract.source}.${contract.table}`
  const how = `List what is with \`clientele quarantine ${contract.table}\`; take the line out when the row needs no mending any more.`
  return [...faults, { what, where: place, how }]
}

/** What is corrected comes from the file, the rest of the row from landing. `_fields` tells which fields differ. */
async function makeTable(db: Db, load: LandedLoad, corrections: Correction[]): Promise<void> {
  const given = [...(corrections[0]?.values.keys() ?? [])].flatMap((name) => {
    const delivered = deliveredName(name, load.columns)
    return delivered === undefined ? [] : [{ name, delivered }]
  })
  const rows = corrections.map(({ row, values }) => {
    const cells = given.map(({ name }) => sql`cast(${values.get(name) ?? null} as varchar)`)
    return sql`(${sql.join([sql`cast(${sql.lit(row)} as bigint)`, ...cells])})`
  })
  const aliases = sql.join([sql`_row`, ...given.map((_, i) => sql.id(`value ${i}`))])
  const delivered = (name: string) => sql`cast(${sql.id('r', name)} as varchar)`
  const columns = load.columns.map(({ name }) => {
    const at = given.findIndex((one) => one.delivered === name)
    return sql`${at < 0 ? delivered(name) : sql.id('c', `value ${at}`)} as ${sql.id(name)}`
  })
  const changed = given.map(
    ({ delivered: name }, i) =>
      sql`case when ${sql.id('c', `value ${i}`)} is distinct from nullif(${delivered(name)}, '') then ${sql.lit(name)} end`,
  )
  await db.run(sql`create or replace temp table corrected_rows as
    select ${sql.join([...columns, sql`c._row`])},
      list_filter([${sql.join([...changed, sql`null`])}], lambda name: name is not null) as _fields
    from (values ${sql.join(rows)}) as c(${aliases}) left join ${landedRows(load)} as r on r._row = c._row`)
}

async function recordTrail(
  db: Db,
  { contract }: RawTable,
  load: LandedLoad,
  corrections: Correction[],
  bad: Map<number, string>,
): Promise<void> {
  const lines = corrections.map(({ row, place }) => {
    const { file, line } = place
    const name = file.split(/[\\/]/).slice(-2).join('/')
    return sql`(cast(${sql.lit(row)} as bigint), ${bad.get(row) ?? null}, ${name}, cast(${sql.lit(line ?? 0)} as integer))`
  })
  await db.run(sql`insert into ops.corrections
    select ${contract.source}, ${contract.table}, ${load.loadId}, t._row, reason, c._fields, null, file, line
    from (values ${sql.join(lines)}) as t(_row, reason, file, line) join corrected_rows as c on c._row = t._row
    order by t._row`)
}

/** Tells the trail what became of the mended rows: taken in, or in quarantine again. */
export async function recordOutcome(db: Db, { contract }: RawTable, load: LandedLoad): Promise<void> {
  await db.run(sql`update ops.corrections as c set outcome = case when exists (
      select 1 from ${quarantine(contract.table)} as q where q._load_id = c.load_id and q._row = c._row)
    then 'quarantined' else 'taken in' end
    where table_name = ${contract.table} and load_id = ${load.loadId}`)
}
