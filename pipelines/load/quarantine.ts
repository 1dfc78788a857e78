import { sql } from 'kysely'
import { type Contract, deliveredName } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import { landedRejects } from '../landed-rows.ts'
import type { LandedLoad } from '../landing.ts'
import { type Cast, deliveredColumn, type Expression } from './cast.ts'
import { type Rule, reasonList, shapeOf } from './faults.ts'
import { changed, quarantine } from './tables.ts'

export interface BrokenRows {
  contract: Contract
  cast: Cast[]
  load: LandedLoad
  all: Rule[]
  rows: Expression
  broken: Expression
}

/** Keeps every row that breaks its contract: first reason, all reasons, value and record; personal values as shapes. */
export async function quarantineRows(
  db: Db,
  { contract, cast, load, all, rows, broken }: BrokenRows,
): Promise<number> {
  const reason = sql`reasons[1]`
  const ofColumn = all.filter(({ column }) => column !== null)
  const column = choose(
    reason,
    ofColumn.map((rule) => [rule.reason, sql.lit(rule.column?.name ?? '')]),
  )
  const value = choose(
    reason,
    ofColumn.map((rule) => {
      const made = cast.find((one) => one.column === rule.column)
      const text = made?.delivered ? sql`cast(${made.delivered} as varchar)` : sql`null`
      return [rule.reason, rule.column?.pii ? shapeOf(text) : text]
    }),
  )
  return changed(
    db,
    sql`insert into ${quarantine(contract.table)}
    select ${load.loadId}, _row, ${reason}, ${column}, ${value}, ${recordOf(contract, load)}, reasons
    from (select *, ${reasonList(all)} as reasons from ${rows} where ${broken}) order by _row`,
  )
}

/** Keeps every record that could not be split into columns, but for the positions that were mended. */
export async function quarantineRecords(
  db: Db,
  contract: Contract,
  load: LandedLoad,
  corrected: number[],
): Promise<number> {
  const others =
    corrected.length === 0 ? sql`true` : sql`_row not in (${sql.join(corrected.map((row) => sql.lit(row)))})`
  const personal = contract.columns.some(({ pii }) => pii !== undefined)
  const text = personal ? shapeOf(sql`text`) : sql`text`
  return changed(
    db,
    sql`insert into ${quarantine(contract.table)}
    select ${load.loadId}, _row, reason, null, null, json_object('line', line, 'text', ${text}), [reason]
    from ${landedRejects(load)} where ${others} order by _row`,
  )
}

/** The whole row as delivered. A column the contract does not name may hold anything: it is shown as a shape, too. */
function recordOf(contract: Contract, load: LandedLoad): Expression {
  const fields = load.columns.flatMap(({ name }) => {
    const column = contract.columns.find(({ from }) => deliveredName(from, load.columns) === name)
    const value = deliveredColumn(name)
    return [sql.lit(name), column && !column.pii ? value : shapeOf(value)]
  })
  return sql`json_object(${sql.join(fields)})`
}

function choose(by: Expression, cases: [string, Expression][]): Expression {
  if (cases.length === 0) return sql`null`
  const whens = cases.map(([reason, result]) => sql`when ${sql.lit(reason)} then ${result}`)
  return sql`case ${by} ${sql.join(whens, sql` `)} end`
}
