import type { Via } from './lineage/flow.ts'
import { type ColumnLineage, type TableLineage, tableOf } from './lineage.ts'
import type { Branch } from './trace.ts'

const signs: Record<Via, string> = { copied: '=', derived: '~' }
const legend = '= copied   ~ worked out of it   … its branches are shown elsewhere'

/** The lineage as a tree for the terminal. */
export function printLineage(lineage: ColumnLineage | TableLineage): string {
  return 'table' in lineage ? printTableLineage(lineage) : printColumnLineage(lineage)
}

function printColumnLineage({
  column,
  type,
  description,
  delivered,
  literal,
  up,
  rows,
  down,
  chooses,
}: ColumnLineage): string {
  const title = [named(column), type, description].filter(Boolean).join('  ')
  const parts: string[][] = [[title]]
  if (delivered && delivered !== column.split('.').at(-1)) parts.push([`delivered as ${delivered}`])
  if (up) {
    if (up.length > 0) parts.push(['made of', ...printBranches(up)])
    else if (literal) parts.push(['its values are written in the query: no column flows into it'])
    if (rows && rows.length > 0)
      parts.push([`which rows there are is decided by`, ...wrapped(rows.map(named))])
  }
  if (down) {
    parts.push(down.length > 0 ? ['goes into', ...printBranches(down)] : ['goes into nothing'])
    if (chooses && chooses.length > 0) parts.push(['decides which rows are in', ...wrapped(chooses)])
  }
  return [...parts.map((lines) => lines.join('\n')), legend].join('\n\n')
}

function printTableLineage({ table, description, columns, rows }: TableLineage): string {
  const width = Math.max(...columns.map(({ name }) => name.length))
  const lines = columns.map(({ name, from }) => {
    const origins = from.map(([key, via]) => `${signs[via]} ${named(key)}`).join('  ')
    return `  ${name.padEnd(width)}  ${origins || 'literal'}`
  })
  const decided =
    rows.length > 0 ? ['', 'which rows there are is decided by', ...wrapped(rows.map(named))] : []
  return [[table, description].filter(Boolean).join('  '), '', ...lines, ...decided, '', legend].join('\n')
}

/** `core.lines.*` is no column: it is the rows. */
export function named(key: string): string {
  if (key.endsWith('.*')) return `rows of ${tableOf(key)}`
  return key.startsWith('param.') ? `parameter ${key.slice('param.'.length)}` : key
}

function printBranches(branches: readonly Branch[], indent = ''): string[] {
  return branches.flatMap(({ column, via, branches: inner, literal, cut }, i) => {
    const isLast = i === branches.length - 1
    const line = `${indent}${isLast ? '└─' : '├─'} ${signs[via]} ${named(column)}${literal ? ' (literal)' : ''}${cut ? ' …' : ''}`
    return [line, ...printBranches(inner, `${indent}${isLast ? '   ' : '│  '}`)]
  })
}

const lineWidth = 100

/** Names side by side, as many as a line holds. */
function wrapped(names: readonly string[]): string[] {
  const lines: string[] = []
  for (const name of names) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + name.length + 2 <= lineWidth)
      lines[lines.length - 1] = `${last}, ${name}`
    else lines.push(`  ${name}`)
  }
  return lines
}
