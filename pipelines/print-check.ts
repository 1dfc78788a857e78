import type { Checked } from './build/check.ts'
import type { Fault } from './error.ts'

/** A fault without the text of its file, for `--json`. */
export const faultRecord = ({ what, where, how }: Fault) => ({
  what,
  ...(where ? { file: where.file, line: where.line, column: where.column } : {}),
  ...(how ? { how } : {}),
})

/** Models not looked at that are named; --json has them all. */
const shownPassedOver = 5

/** What a person reads after `check`; the faults themselves go to standard error. */
export function printChecked({ models, audits, faults, passedOver }: Checked, project: string): string {
  const found = faults.length === 0 ? 'no fault' : faults.length === 1 ? '1 fault' : `${faults.length} faults`
  const lines = [`check ${project}: ${models} models and ${audits} tests against empty tables, ${found}`]
  for (const { name, because } of passedOver.slice(0, shownPassedOver))
    lines.push(`  not looked at: ${name}, which needs ${because}`)
  const more = passedOver.length - shownPassedOver
  if (more > 0) lines.push(`  and ${more} more that are made from these`)
  return lines.join('\n')
}

export const checkedRecord = ({ faults, ...checked }: Checked) => ({
  ...checked,
  faults: faults.map(faultRecord),
})
