import { printTable } from '../print.ts'
import { counted, plural } from './counts.ts'
import type { ColumnDiff, TableDiff } from './diff.ts'

/** What changed between two versions of a table, as people read it. */
export function printDiff(diff: TableDiff): string {
  const parts = [headline(diff), ...columnsLine(diff), ...columnTable(diff), ...largestTable(diff)]
  return [...parts, ...rowsTable('added', diff), ...rowsTable('gone', diff)].join('\n')
}

/** `core.customers: 22,199 rows, then 22,150; 12 added, 61 gone, 340 changed (by customer_id)` */
export function headline(diff: TableDiff): string {
  const { table, key, rows, added, gone, changed } = diff
  const by = key.length > 0 ? `by ${key.join(', ')}` : 'whole rows: no key tells them apart'
  if (isEqual(diff)) return `${table}: ${plural(rows.after, 'row')}, equal to the published (${by})`
  const size =
    rows.before === rows.after
      ? plural(rows.after, 'row')
      : `${plural(rows.before, 'row')} published, now ${counted(rows.after)}`
  const parts = [`${counted(added)} added`, `${counted(gone)} gone`]
  if (key.length > 0) parts.push(`${counted(changed)} changed`)
  return `${table}: ${size}; ${parts.join(', ')} (${by})`
}

export const isEqual = ({ added, gone, changed, columnsAdded, columnsGone, columns }: TableDiff): boolean =>
  added + gone + changed === 0 &&
  columnsAdded.length + columnsGone.length === 0 &&
  columns.every(({ types }) => types === undefined)

function columnsLine({ columnsAdded, columnsGone, columns }: TableDiff): string[] {
  const retyped = columns.flatMap(({ name, types }) =>
    types ? [`${name} (${types.before}, now ${types.after})`] : [],
  )
  const lines = [
    ['columns added', columnsAdded],
    ['columns gone', columnsGone],
    ['type changed', retyped],
  ] as const
  return lines
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `  ${what}: ${names.join(', ')}`)
}

/** A column is told of when values changed, or when added and gone rows moved its sum. */
const isTold = ({ changed, sums }: ColumnDiff, moved: boolean): boolean =>
  changed > 0 || (moved && sums !== undefined && sums.before !== sums.after)

function columnTable({ columns, added, gone, key }: TableDiff): string[] {
  const told = columns.filter((column) => isTold(column, added + gone > 0) && !key.includes(column.name))
  if (told.length === 0) return []
  const rows = told.map(({ name, changed, share, sums }) => [
    name,
    counted(changed),
    percent(share, changed),
    sums?.before ?? '',
    sums?.after ?? '',
    sums ? signed(sums.change) : '',
  ])
  return [
    '',
    indented(
      printTable(['column', 'changed', 'share', 'sum before', 'sum after', 'change'], rows, [
        false,
        ...Array<boolean>(5).fill(true),
      ]),
    ),
  ]
}

function percent(share: number, changed: number): string {
  if (changed === 0) return ''
  const shown = (100 * share).toFixed(1)
  return shown === '0.0' ? '< 0.1 %' : `${shown} %`
}

const signed = (change: string | null): string =>
  change === null || change.startsWith('-') || Number(change) === 0 ? (change ?? '') : `+${change}`

function largestTable({ columns, key }: TableDiff): string[] {
  const rows = columns.flatMap(({ name, largest }) =>
    largest.map((change, i) => [
      i === 0 ? name : '',
      ...[...change.key, change.before, change.after].map(cell),
    ]),
  )
  if (rows.length === 0) return []
  return ['', indented(printTable(['largest changes', ...key, 'before', 'after'], rows))]
}

function rowsTable(what: 'added' | 'gone', { samples, ...diff }: TableDiff): string[] {
  const rows = samples[what]
  if (rows.length === 0) return []
  const more = diff[what] - rows.length
  const table = printTable(
    [what, ...samples.columns],
    rows.map((row, i) => [String(i + 1), ...row.map(cell)]),
  )
  return ['', indented(table), ...(more > 0 ? [`  … ${plural(more, 'row')} more`] : [])]
}

const cell = (value: string | null): string => value?.replaceAll(/\s+/g, ' ') ?? 'NULL'
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')
