import { printTable } from '../print.ts'
import type { LandingSize } from './landing.ts'
import type { BadRow, ReasonCount } from './quarantine.ts'
import type { SourceTable } from './sources.ts'
import type { Trail } from './trail.ts'

const numbers = new Intl.NumberFormat('en-GB')
const count = (value: number) => numbers.format(value)

export function printCounts(counts: ReasonCount[]): string {
  if (counts.length === 0) return 'Nothing is in quarantine.'
  const rows = counts.map(({ source, table, reason, rows, load_id, stopped }) => [
    `${source}.${table}`,
    reason,
    count(rows),
    load_id,
    stopped ? 'not taken in' : '',
  ])
  return printTable(['table', 'reason', 'rows', 'last load', 'state'], rows, [false, false, true])
}

export function printRows(rows: BadRow[], table: string): string {
  if (rows.length === 0) return `Nothing of ${table} is in quarantine.`
  const lines = rows.map(({ load_id, row, file, reason, column, value, stopped }) => [
    load_id,
    count(row),
    file ?? '',
    reason,
    column ?? '',
    value ?? '',
    stopped ? 'not taken in' : '',
  ])
  return printTable(['load', 'row', 'file', 'reason', 'column', 'value', 'state'], lines, [false, true])
}

export function printTrail({ corrections, runs }: Trail): string {
  const corrected = corrections.map((one) => [
    `${one.source}.${one.table_name}`,
    one.load_id,
    count(one.row),
    one.reason,
    one.fields.join(', '),
    one.outcome,
    `${one.file}:${one.line}`,
  ])
  const taken = runs.map(({ startedAt, runId, source, table, mended }) => [
    startedAt.slice(0, 19).replace('T', ' '),
    `${source}.${table}`,
    count(mended),
    runId ?? '',
  ])
  const head = ['table', 'load', 'row', 'reason', 'fields', 'outcome', 'correction']
  return [
    corrected.length === 0 ? 'No row was corrected.' : printTable(head, corrected, [false, false, true]),
    taken.length === 0
      ? 'No run took rows in out of quarantine.'
      : printTable(['run (UTC)', 'table', 'rows taken in', 'run'], taken, [false, false, true]),
  ].join('\n\n')
}

export function printSizes(sizes: LandingSize[]): string {
  const rows = sizes.map((one) => [
    `${one.source}.${one.table}`,
    count(one.loads),
    count(one.loose),
    count(one.rows),
    size(one.bytes),
    one.oldest ?? '',
    one.newest ?? '',
    one.before === null ? '' : `after ${one.before}`,
  ])
  const head = ['table', 'loads', 'single', 'rows', 'size', 'oldest', 'newest', 'history']
  return printTable(head, rows, [false, true, true, true, true])
}

function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${(bytes / 1000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`
}

export function printSources(tables: SourceTable[]): string {
  const rows = tables.map((one) => [
    `${one.source}.${one.table}`,
    one.kind,
    one.last_new ?? 'never',
    one.rows === null ? '' : count(one.rows),
    one.age_days === null ? '' : days(one.age_days),
    one.expected_days === null ? '' : days(one.expected_days),
    [one.is_late ? 'late' : '', one.held === null ? '' : 'held', one.drift.length === 0 ? '' : 'drift']
      .filter(Boolean)
      .join(', '),
  ])
  const head = ['table', 'kind', 'last news', 'rows', 'age', 'expected', 'state']
  const said = new Set(tables.flatMap(({ held, drift }) => [...(held === null ? [] : [held]), ...drift]))
  return [printTable(head, rows, [false, false, false, true]), ...said].join('\n')
}

const days = (value: number) => (value === 1 ? '1 day' : `${count(value)} days`)
