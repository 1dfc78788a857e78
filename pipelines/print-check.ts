import type { Checked } from './build/check.ts'
import type { Fault } from './error.ts'

/** A fault without the text of its file, for `--json`. */
export const faultRecord = ({ what, where, how }: Fault) => ({
  what,
  ...(where ? { file: where.file, line: where.line, column: where.column } : {}),
  ...(how ? { how } : {}),
})

/** What a person reads after `check`; the faults themselves go to standard error. */
export function printChecked({ models, audits, faults, passedOver }: Checked, project: string): string {
  const found = faults.length === 0 ? 'no fault' : faults.length === 1 ? '1 fault' : `${faults.length} faults`
  const lines = [`check ${project}: ${models} models and ${audits} tests against empty tables, ${found}`]
  for (const { name, because } of passedOver) lines.push(`  not looked at: ${name}, which needs ${because}`)
  return lines.join('\n')
}

export const checkedRecord = ({ faults, ...checked }: Checked) => ({
  ...checked,
  faults: faults.map(faultRecord),
})
