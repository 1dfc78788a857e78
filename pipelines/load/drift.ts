import { sql } from 'kysely'
import type { Column, Contract } from '../contract.ts'
import type { Db } from '../duckdb.ts'
import type { LandedLoad } from '../landing.ts'
import type { Expression } from './cast.ts'
import { PastLimit } from './past-limit.ts'
import { stability } from './stability.ts'
import { history } from './tables.ts'

/** How a table differs from what it was before the day of its last load, or usually was on the days before. */
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
 * Writes down sudden changes of the current rows against those that held before the day of the last load, or against
 * the median of several earlier loads: their number, the share of nulls of each column and, where the contract asks for it, the population stability index.
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
  // It changes with a load alone: what was written down then still holds.
  if (last && !isNew && !policy.drift) return
  await db.run(sql`delete from ops.drift where table_name = ${table}`)
  if (!last) return
  const measures = await measure(db, contract, loads)
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

async function measure(db: Db, contract: Contract, loads: LandedLoad[]): Promise<Measure[]> {
  const { columns, policy } = contract
  const drift = policy.drift
  const { before, now } = statesOf(contract, loads)
  const table = history(contract.table)
  const states = [now, ...before]
  // Of a single state the engine does not look at other rows at all.
  const [among, all] = states.length === 1 ? [now, undefined] : [sql`true`, states]
  const counts = states.flatMap((_, i) => {
    const count = (what: Expression, name: string) =>
      sql`count(${what}) ${all ? sql`filter (where ${all[i]})` : sql``} as ${sql.id(name)}`
    return [
      count(sql`*`, `rows ${i}`),
      // What cannot be null is not looked at.
      ...columns.map(({ name, notNull }, c) => count(notNull ? sql`*` : sql.id(name), `known ${i} ${c}`)),
    ]
  })
  const [found = {}] = await db.rows<Record<string, number>>(
    sql`select ${sql.join(counts)} from ${table} where ${among}`,
  )
  const rows = states.map((_, i) => found[`rows ${i}`] ?? 0)
  const [is = 0, ...earlier] = rows
  const was = median(earlier) ?? 0
  const change = was === 0 ? null : rounded(Math.abs(is - was) / was)
  const measures: Measure[] = [
    { measure: 'rows', column: null, before: was, now: is, value: change, threshold: drift?.rows ?? null },
  ]
  // A state without rows has no shares.
  const full = before.filter((_, i) => (earlier[i] ?? 0) > 0)
  for (const [c, column] of columns.entries()) {
    const shares = rows.map((n, i) => nulls(n, found[`known ${i} ${c}`]))
    const usual = median(shares.slice(1).filter((share) => share !== null))
    measures.push({ ...nullShare(column, [usual, shares[0] ?? null]), threshold: drift?.nulls ?? null })
    if (drift?.psi !== undefined && full.length > 0 && is > 0)
      measures.push(await index(db, { table, before: full, now }, column, drift.psi))
  }
  return measures
}

/**
 * The rows of today, and those of as many earlier days with a load as the contract asks for: a snapshot is what held at the
 * end of such a day. What is appended only grows; where it is compared with several loads, it is by what each day brought.
 */
function statesOf({ delivery, policy }: Contract, loads: LandedLoad[]) {
  const wanted = policy.drift?.loads ?? 1
  const last = loads.at(-1)?.validFrom ?? ''
  const days = [...new Set(loads.map(({ validFrom }) => validFrom))]
    .filter((day) => day < last)
    .slice(-wanted)
  const cast = (day: string) => sql`cast(${day} as date)`
  if (delivery === 'append' && wanted > 1) {
    const brought = (day: string) => sql`_valid_from = ${cast(day)}`
    return { before: days.map(brought), now: brought(last) }
  }
  const held = (day: string) =>
    sql`_valid_from <= ${cast(day)} and (_valid_to is null or _valid_to > ${cast(day)})`
  return { before: days.map(held), now: sql`_valid_to is null` }
}

function median(values: number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : rounded(((sorted[middle - 1] as number) + upper) / 2)
}

function nullShare({ name }: Column, [before, now]: readonly [number | null, number | null]) {
  const value = before === null || now === null ? null : rounded(Math.abs(now - before))
  return { measure: 'nulls', column: name, before, now, value } as const
}

/** The median of the index against each of the earlier states. */
async function index(
  db: Db,
  { table, before, now }: { table: Expression; before: Expression[]; now: Expression },
  column: Column,
  threshold: number,
): Promise<Measure> {
  const values: number[] = []
  for (const state of before) values.push(await stability(db, { table, before: state, now }, column))
  const value = median(values)
  return { measure: 'psi', column: column.name, before: null, now: null, value, threshold }
}

const nulls = (rows: number, known = 0): number | null => (rows === 0 ? null : rounded(1 - known / rows))
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

function said(
  { source, table, policy: { drift } }: Contract,
  { measure, column, before, now, value, threshold }: Measure,
): string {
  const name = [source, table, column].filter(Boolean).join('.')
  const usual = (drift?.loads ?? 1) > 1 ? `, by the median of up to ${drift?.loads} loads` : ''
  const limit = `${usual}${threshold === null ? '' : `; the limit is ${threshold}`}`
  if (measure === 'psi') return `${name}: distribution differs by ${value}${limit}`
  const what = measure === 'rows' ? 'rows' : 'share of nulls'
  return `${name}: ${what} ${before ?? 'none'} -> ${now ?? 'none'} (${value ?? 'nothing to compare with'}${limit})`
}
