import { plural } from './counts.ts'
import type { DevReport, ModelReport } from './dev.ts'
import { printSample } from './grid.ts'
import { headline, printDiff } from './print-diff.ts'

/** A model that changed: its first rows and what is different, or one line for what follows from it. */
export function printModel({ model, made, rows, sample, diff }: ModelReport, room: number): string {
  const isNew = `${model}: ${plural(rows, 'row')}, not in the published version`
  if (!sample) return diff ? `${headline(diff)}${made ? '' : ', as made before'}` : isNew
  return [model, printSample(sample, room), diff ? printDiff(diff) : isNew, ''].join('\n')
}

/** The last lines of a pass: what is wrong, what was done, and how long it took. */
export function printPass(report: DevReport): string {
  const { faults, warnings, built, kept, published, waiting, audits, seconds, runId } = report
  const lines = [...faults.map((fault) => `${fault}\n`), ...warnings.map((warning) => `warning: ${warning}`)]
  const behind = waiting.filter((name) => !faults.some((fault) => fault.startsWith(`${name}:`)))
  if (behind.length > 0) lines.push(`not made, waiting for what they read: ${behind.join(', ')}`)
  const counts = [
    `${plural(built.length, 'model')} made`,
    ...(kept.length > 0 ? [`${kept.length} as made before`] : []),
    `${published} read from ${runId}`,
  ]
  const ran = audits.passed + audits.warned + audits.failed
  const tests = `${plural(ran, 'test')} run${audits.failed > 0 ? `, ${audits.failed} failed` : ''}`
  const state = faults.length > 0 ? `${plural(faults.length, 'fault')}; ` : ''
  return [...lines, `${state}${counts.join(', ')}; ${tests}; ${seconds.toFixed(2)} s`].join('\n')
}
