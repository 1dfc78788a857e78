import type { Difference, TextRow } from './build/compare-rows.ts'
import type { CaseResult } from './build/run-cases.ts'
import { formatFault } from './error.ts'
import { printTable } from './print.ts'
import { faultRecord } from './print-check.ts'

const failed = ({ difference, faults }: CaseResult): boolean =>
  difference !== undefined || faults !== undefined

/** How many of the cases failed. */
export const countFailed = (results: readonly CaseResult[]): number => results.filter(failed).length

/** Each failed case with its difference, then the count. */
export function printCases(results: readonly CaseResult[]): string {
  const models = new Set(results.map(({ model }) => model)).size
  const bad = results.filter(failed)
  const summary = `test: ${results.length - bad.length} of ${results.length} cases of ${models} models passed`
  return [...bad.map(printCase), summary].join('\n\n')
}

function printCase({ model, name, place, difference, faults = [] }: CaseResult): string {
  const lines = [`${model}: ${name}`, `  at ${place.file}:${place.line}:${place.column}`]
  if (difference) lines.push(indented(printDifference(difference)))
  lines.push(...faults.map((fault) => indented(formatFault(fault))))
  return lines.join('\n')
}

const indented = (text: string): string => text.replaceAll(/^/gm, '  ')

/** A row each; where two rows are alike, a cell that differs is `expected -> actual`. */
export function printDifference({ columns, missing, unexpected, differing }: Difference): string {
  const line = (what: string, row: TextRow) => [what, ...columns.map((name) => cell(row, name))]
  const rows = [
    ...differing.map(({ expected, actual, cells }) => [
      'differs',
      ...columns.map((name) =>
        cells.includes(name) ? `${cell(expected, name)} -> ${cell(actual, name)}` : cell(actual, name),
      ),
    ]),
    ...missing.map((row) => line('missing', row)),
    ...unexpected.map((row) => line('unexpected', row)),
  ]
  return printTable(['', ...columns], rows)
}

/** A column that an expected row does not name is left blank. */
const cell = (row: TextRow, name: string): string => (name in row ? (row[name] ?? 'NULL') : '')

export const casesRecord = (results: readonly CaseResult[]) => ({
  passed: results.length - countFailed(results),
  failed: countFailed(results),
  cases: results.map(({ model, name, place, difference, faults }) => ({
    model,
    name,
    file: place.file,
    line: place.line,
    status: difference || faults ? 'failed' : 'passed',
    ...(difference ? { difference } : {}),
    ...(faults ? { faults: faults.map(faultRecord) } : {}),
  })),
})
