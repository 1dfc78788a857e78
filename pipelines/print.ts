import { dirname, join } from 'node:path'
import type { Cell } from './duckdb.ts'
import type { RunRecord } from './ledger.ts'
import { shownPath } from './project.ts'
import { textWidth } from './text-width.ts'

const numbers = new Intl.NumberFormat('en-GB')

/** What a person reads at the end of a run. */
export function printRun(record: RunRecord): string {
  const seconds = record.stages.reduce((sum, stage) => sum + stage.seconds, 0)
  const lines = [
    `${record.command} ${record.project} as of ${record.asOf}: ${record.status} in ${seconds.toFixed(1)} s` +
      (record.runId ? `, run ${record.runId}` : ''),
    `  stages   ${record.stages.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`).join(', ')}`,
  ]
  if (record.tables.length > 0) lines.push(`  rows     ${rowCounts(record)}`)
  const { built, reused } = record.models
  if (built + reused > 0) lines.push(`  models   ${built} built, ${reused} reused`)
  const { passed, warned, failed } = record.audits
  if (passed + warned + failed > 0)
    lines.push(`  audits   ${passed} passed, ${warned} warned, ${failed} failed`)
  for (const warning of record.warnings) lines.push(`  warning  ${warning}`)
  const [first] = record.reports
  if (first) {
    const formats = new Set(record.reports.map(({ format }) => format.toUpperCase()))
    lines.push(`  reports  ${record.reports.length} files (${[...formats].join(', ')})`)
    lines.push(`  pack     ${shownPath(join(dirname(first.path), 'index.html'))}`)
    const { customers, region, segment } = record.pack ?? {}
    if (customers !== undefined)
      lines.push(
        `  part     ${[region, segment].filter(Boolean).join(', ')}: ${numbers.format(customers)} customers`,
      )
  }
  return lines.join('\n')
}

function rowCounts({ tables }: RunRecord): string {
  const sum = (key: 'landed' | 'read' | 'loaded' | 'quarantined' | 'superseded') =>
    numbers.format(tables.reduce((total, table) => total + table[key], 0))
  return (
    `${sum('landed')} landed; ${sum('read')} read = ${sum('loaded')} loaded` +
    ` + ${sum('quarantined')} quarantined + ${sum('superseded')} superseded`
  )
}

export function printRuns(runs: RunRecord[]): string {
  if (runs.length === 0) return 'No run on record.'
  const rows = runs.map((run) => [
    run.startedAt.slice(0, 19).replace('T', ' '),
    run.command,
    run.asOf,
    run.status,
    `${run.stages.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1)} s`,
    run.runId ?? '',
    run.error?.split('\n')[0] ?? '',
  ])
  return printTable(['started (UTC)', 'command', 'as of', 'status', 'took', 'run', 'error'], rows)
}

export function printQuery({ columns, rows }: { columns: string[]; rows: Cell[][] }): string {
  const shown = rows.map((row) => row.map((cell) => (cell === null ? 'NULL' : printCell(cell))))
  const numeric = columns.map((_, i) => rows.every((row) => row[i] === null || typeof row[i] === 'number'))
  return `${printTable(columns, shown, numeric)}\n${numbers.format(rows.length)} rows`
}

const printCell = (cell: Cell): string => (typeof cell === 'object' ? JSON.stringify(cell) : String(cell))

/** Columns as wide as their widest cell; numbers to the right. */
export function printTable(head: string[], rows: string[][], numeric: boolean[] = []): string {
  const widths = head.map((name, i) =>
    Math.max(textWidth(name), ...rows.map((row) => textWidth(row[i] ?? ''))),
  )
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, numeric[i] ?? false))
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((w) => '-'.repeat(w))), ...rows.map(line)].join('\n')
}

function pad(text: string, to: number, left: boolean): string {
  const space = ' '.repeat(Math.max(0, to - textWidth(text)))
  return left ? space + text : text + space
}
