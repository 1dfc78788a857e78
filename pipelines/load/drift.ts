import { sql } from 'kysely'
import type { Column, Contract } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import type { LandedLoad } from '../landing.ts'
import type { Expression } from './cast.ts'
import { PastLimit } from './past-limit.ts'
import { stability } from './stability.ts'
import { history } from './tables.ts'

/** How a table differs from what it was before the day of its last load. */
interface Measure {
  measure: 'rows' | 'nulls' | 'psi'
  column: string | null
  before: number | null
  now: number | null
  /** What is held against the threshold: a share of rows, a difference of shares, or the index. */
  value: number | null
  threshold: number | null
}

/**
 * Writes down sudden changes of the current rows against those that held before the day of the last load: their
 * number, the share of nulls of each column and, where the contract asks for it, the population stability index.
 * Throws when one goes past a threshold of severity error, unless the contract accepts that load.
 */
export async function recordDrift(
  db: Db,
  contract: Contract,
  loads: LandedLoad[],
  isNew: boolean,
): Promise<void> {
  const { source, table, policy } = contract
  const last = loads.at(-1)
  // It depends on the last load alone: what was written down then still holds.
  if (last && !isNew && !policy.drift) return
  await db.run(sql`delete from ops.drift where table_name = ${table}`)
  if (!last) return
  const measures = await measure(db, contract, last)
  const { severity = 'warn', accept = [] } = policy.drift ?? {}
  const accepted = accept.includes(last.loadId)
  const past = measures.filter(
    ({ value, threshold }) => value !== null && threshold !== null && value > threshold && !accepted,
  )
  const rows = measures.map((one) => {
    const status = !past.includes(one) ? 'passed' : severity === 'warn' ? 'warned' : 'failed'
    const numbers = [one.before, one.now, one.value, one.threshold].map((n) => sql`cast(${n} as double)`)
    const known = [source, table, last.loadId, one.column, one.measure]
    return sql`(${sql.join([...known, ...numbers, status, said(contract, one)])})`
  })
  await db.run(sql`insert into ops.drift values ${sql.join(rows)}`)
  if (past.length === 0 || severity === 'warn') return
  throw new PastLimit(contract, last, {
    what: past.map((one) => said(contract, one)).join('; '),
    how: `When load ${last.loadId} is as it should be, say so with drift: {accept: [${last.loadId}]}.`,
  })
}

async function measure(db: Db, contract: Contract, last: LandedLoad): Promise<Measure[]> {
  const { columns, policy } = contract
  const drift = policy.drift
  const day = sql`cast(${last.validFrom} as date)`
  const now = sql`_valid_to is null`
  const before = sql`_valid_from < ${day} and (_valid_to is null or _valid_to >= ${day})`
  const table = history(contract.table)
  const counts = columns.flatMap(({ name }, i) => [
    sql`count(${sql.id(name)}) filter (where ${before}) as ${sql.id(`before ${i}`)}`,
    sql`count(${sql.id(name)}) filter (where ${now}) as ${sql.id(`now ${i}`)}`,
  ])
  const [found] = await db.rows<Record<string, number>>(sql`
    select count(*) filter (where ${before}) as before, count(*) filter (where ${now}) as now,
      ${sql.join(counts)} from ${table}`)
  const { before: was = 0, now: is = 0 } = found ?? {}
  const change = was === 0 ? null : rounded(Math.abs(is - was) / was)
  const measures: Measure[] = [
    { measure: 'rows', column: null, before: was, now: is, value: change, threshold: drift?.rows ?? null },
  ]
  for (const [i, column] of columns.entries()) {
    const shares = [nulls(was, found?.[`before ${i}`]), nulls(is, found?.[`now ${i}`])] as const
    measures.push({ ...nullShare(column, shares), threshold: drift?.nulls ?? null })
    if (drift?.psi !== undefined && was > 0 && is > 0)
      measures.push(await index(db, { table, before, now }, column, drift.psi))
  }
  return measures
}

function nullShare({ name }: Column, [before, now]: readonly [number | null, number | null]) {
  const value = before === null || now === null ? null : rounded(Math.abs(now - before))
  return { measure: 'nulls', column: name, before, now, value } as const
}

async function index(
  db: Db,
  rows: { table: Expression; before: Expression; now: Expression },
  column: Column,
  threshold: number,
): Promise<Measure> {
  const value = await stability(db, rows, column)
  return { measure: 'psi', column: column.name, before: null, now: null, value, threshold }
}

const nulls = (rows: number, known = 0): number | null => (rows === 0 ? null : rounded(1 - known / rows))
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

function said(
  { source, table }: Contract,
  { measure, column, before, now, value, threshold }: Measure,
): string {
  const name = [source, table, column].filter(Boolean).join('.')
  const limit = threshold === null ? '' : `; the limit is ${threshold}`
  if (measure === 'psi') return `${name}: distribution differs by ${value}${limit}`
  const what = measure === 'rows' ? 'rows' : 'share of nulls'
  return `${name}: ${what} ${before ?? 'none'} -> ${now ?? 'none'} (${value ?? 'nothing to compare with'}${limit})`
}
