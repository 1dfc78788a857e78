import { textWidth } from './text-width.ts'

/** A place in a file an author can open. Lines and columns count from 1. */
export interface Place {
  file: string
  line?: number
  column?: number
  /** The text of the file, when it is at hand: the offending line is shown with a caret. */
  text?: string
}

/** One thing that is wrong: what, where, and how to mend it. */
export interface Fault {
  what: string
  where?: Place
  how?: string
}

/** The exit codes of every command. */
export const exit = { done: 0, failed: 1, usage: 2 } as const

/**
 * The one error of the project. It carries every fault found, not only the first.
 * `exitCode` is 1 when the run failed and 2 when the usage or the configuration is at fault.
 * Never put personal data into a fault: it is printed and logged.
 */
export class ClienteleError extends Error {
  readonly faults: Fault[]
  readonly exitCode: 1 | 2

  constructor(faults: Fault | Fault[], exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    const all = Array.isArray(faults) ? faults : [faults]
    super(all.map(formatFault).join('\n\n'), options)
    this.name = 'ClienteleError'
    this.faults = all
    this.exitCode = exitCode
  }
}

/** A fault of usage or configuration: exit code 2. */
export const usageError = (faults: Fault | Fault[]): ClienteleError => new ClienteleError(faults, exit.usage)

/** Throws when anything was collected. */
export function throwFaults(faults: Fault[], exitCode: 1 | 2 = 1): void {
  if (faults.length > 0) throw new ClienteleError(faults, exitCode)
}

/** Place of a character offset in a text: line and column from 1. */
export function placeAt(file: string, text: string, offset: number): Place {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { file, line, column: offset - before.lastIndexOf('\n'), text }
}

export function formatFault({ what, where, how }: Fault): string {
  const lines = [what]
  if (where) {
    const position = [where.file, where.line, where.line && where.column].filter(Boolean).join(':')
    lines.push(`  at ${position}`)
    lines.push(...excerpt(where))
  }
  if (how) lines.push(...how.split('\n').map((line) => `  ${line}`))
  return lines.join('\n')
}

function excerpt({ line, column, text }: Place): string[] {
  const source = line && text ? text.split('\n')[line - 1] : undefined
  if (source === undefined) return []
  const number = String(line)
  const shown = [`  ${number} | ${source.replaceAll('\t', ' ')}`]
  if (column)
    shown.push(
      `  ${' '.repeat(number.length)} | ${' '.repeat(textWidth(source.slice(0, column - 1).replaceAll('\t', ' ')))}^`,
    )
  return shown
}
