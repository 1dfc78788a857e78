import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import type { Control } from '../contract/policy.ts'
import { type Contract, deliveredName, firstName } from '../contract.ts'
import { csvRecords } from '../csv.ts'
import type { Db } from '../duckdb.ts'
import { ClienteleError, type Fault, throwFaults } from '../error.ts'
import type { ControlTotals } from '../landing.ts'
import { type Project, shownPath } from '../project.ts'

/** Reads the companion of a delivered file: what its sender says is in it. */
export async function readControl(
  { dir }: Project,
  { source, table, policy, place }: Contract,
  path: string,
): Promise<ControlTotals | undefined> {
  const { control } = policy
  if (!control || !('file' in control)) return undefined
  const name = basename(path)
  const stem = name.slice(0, name.length - extname(name).length)
  const file = resolve(dir, control.file.replaceAll('{file}', name).replaceAll('{stem}', stem))
  const text = await readFile(file, 'utf8').catch(() => {
    const what = `${source}.${table}: ${name} came without its control totals`
    throw new ClienteleError({ what, where: place, how: `Looked for ${shownPath(file)}.` })
  })
  return totalsOf(control, fieldsOf(text), (field) => {
    const what = `${shownPath(file)} has no number '${field}' for ${source}.${table}`
    return new ClienteleError({ what, where: place })
  })
}

/** Asks a database what it holds: `ask` runs the query of the contract and gives its one row. */
export async function queryControl(
  { source, table, policy: { control }, place }: Contract,
  ask: (query: string) => Promise<Record<string, unknown>[]>,
): Promise<ControlTotals | undefined> {
  if (!control || !('query' in control)) return undefined
  const rows = await ask(control.query)
  if (rows.length !== 1) {
    const what = `${source}.${table}: the query for control totals gives ${rows.length} rows`
    throw new ClienteleError({ what, where: place, how: 'Write one that gives one row.' })
  }
  // A sum of no rows is null.
  const fields = Object.entries(rows[0] ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value ?? 0),
  ])
  return totalsOf(control, new Map(fields as [string, string][]), (field) => {
    const what = `the query for control totals of ${source}.${table} gives no number '${field}'`
    return new ClienteleError({ what, where: place })
  })
}

function totalsOf(
  { rows, sums }: Control,
  fields: Map<string, string>,
  missing: (field: string) => ClienteleError,
): ControlTotals {
  const number = (field: string) => {
    const value = fields.get(field.toLowerCase())?.replaceAll(/[,_ ]/g, '')
    if (value === undefined || !/^[+-]?\d+(\.\d+)?$/.test(value)) throw missing(field)
    return value
  }
  return {
    ...(rows === undefined ? {} : { rows: Number(number(rows)) }),
    sums: Object.fromEntries(Object.entries(sums).map(([column, field]) => [column, number(field)])),
  }
}

/** The fields of a companion: a JSON object, a header and one record, or a `name = value` a line. */
function fieldsOf(text: string): Map<string, string> {
  const body = text.replace(/^\uFEFF/, '').trim()
  const lower = (entries: [string, unknown][]) =>
    new Map(entries.map(([name, value]) => [name.trim().toLowerCase(), String(value).trim()]))
  if (body.startsWith('{')) {
    try {
      return lower(Object.entries(JSON.parse(body) as object))
    } catch {
      return new Map()
    }
  }
  const pairs = body.split(/\r\n|\n|\r/).map((line) => /^([^=:]+)[=:](.*)$/.exec(line))
  if (pairs.every((pair) => pair !== null)) return lower(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2]]))
  const [head, record] = csvRecords(body)
  return lower((head?.fields ?? []).map((name, i) => [name, record?.fields[i] ?? '']))
}

/** Throws when what came is not what its sender says. Both numbers are told; sums are of all rows that were delivered. */
export async function checkControl(
  db: Db,
  contract: Contract,
  {
    control,
    input,
    columns,
  }: { control?: ControlTotals; input: { name: string }; columns: { name: string }[] },
  delivered: number,
  rows: RawBuilder<unknown>,
): Promise<void> {
  if (!control) return
  const { source, table, place: where } = contract
  const faults: Fault[] = []
  const how = 'Have it delivered again whole, or the control totals mended.'
  const differs = (has: string, says: string) =>
    faults.push({
      what: `${source}.${table}: ${input.name} holds ${has}, its control total says ${says}`,
      where,
      how,
    })
  if (control.rows !== undefined && control.rows !== delivered)
    differs(`${delivered} rows`, `${control.rows}`)
  for (const [column, says] of Object.entries(control.sums)) {
    const from = contract.columns.find(({ name }) => name === column)?.from ?? column
    const value = sql.id(deliveredName(from, columns) ?? firstName(from))
    const [sum] = await db.rows<{ has: string; same: boolean }>(sql`
      select has::varchar as has, has = cast(${says} as decimal(38, 6)) as same
      from (select coalesce(sum(try_cast(trim(cast(${value} as varchar)) as decimal(38, 6))), 0) as has from ${rows})`)
    if (!sum?.same) differs(`${column} of ${trimmed(sum?.has ?? '0')}`, says)
  }
  throwFaults(faults)
}

const trimmed = (decimal: string): string => decimal.replace(/\.?0+$/, '')
