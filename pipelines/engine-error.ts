import type { Db } from './duckdb.ts'
import { adviceOn, pointedAt } from './engine-advice.ts'
import { type Fault, placeAt } from './error.ts'
import { didYouMean } from './near-miss.ts'

/** What the engine said of a statement. `at` counts characters of that statement. */
export interface EngineError {
  type: string
  message: string
  how?: string
  at?: number
}

/** Runs `work` while the engine tells its errors with their position. */
export async function withPositions<T>(db: Db, work: () => Promise<T>): Promise<T> {
  await db.run('set errors_as_json = true')
  try {
    return await work()
  } finally {
    await db.run('reset errors_as_json')
  }
}

/** Errors of a statement's form; all others come from values, which may be personal. */
const ofForm = new Set(['Binder', 'Catalog', 'Parser', 'Syntax'])

/** Reads an error thrown under `withPositions`. Returns nothing when it is not the engine's. */
export function engineError(error: unknown, statement: string): EngineError | undefined {
  const text = error instanceof Error ? error.message : ''
  const json = text.slice(text.indexOf('{'))
  if (!json.startsWith('{"exception_type"')) return undefined
  const {
    exception_type: type,
    exception_message,
    position,
    name,
  } = JSON.parse(json) as Record<string, string>
  const isForm = ofForm.has(type as string)
  const lines = (exception_message as string).split('\n').filter((line) => line.trim() !== '')
  const message = isForm ? (lines[0] ?? '') : masked(exception_message as string)
  // Below an error of a value the engine may repeat the value.
  const more = isForm ? lines.slice(1).flatMap((line) => advice(line, name ?? lastNamed(message)) ?? []) : []
  const at = position === undefined ? undefined : characterAt(statement, Number(position), type === 'Parser')
  return {
    type: type as string,
    message: message.trim().replace(/!$/, ''),
    ...(more.length > 0 ? { how: more.join('\n  ') } : {}),
    ...(at === undefined ? {} : { at }),
  }
}

/** A position outside the statement belongs to some other text; one at its end, to its last word. */
function characterAt(statement: string, position: number, isParser: boolean): number | undefined {
  const at = isParser ? fromCodePoints(statement, position) : byteMap(statement)(position)
  return at <= statement.length ? Math.min(at, statement.trimEnd().length) : undefined
}

const lastNamed = (message: string): string | undefined => [...message.matchAll(/"([^"]+)"/g)].at(-1)?.[1]

/** `Candidate bindings: "amount", "currency"` in the words of this project; a function unlike the one meant is no help. */
function advice(line: string, meant = ''): string | undefined {
  const text = line.trim()
  const names = [...text.matchAll(/"([^"]+)"/g)].map(([, name]) => name as string)
  if (!/^(Candidate bindings:|Did you mean )/.test(text) || names.length === 0) return text
  const near = didYouMean(meant, names)
  if (near !== undefined || !text.startsWith('Candidate')) return near
  return `Among the columns: ${names.join(', ')}.`
}

/**
 * An error of a value without the value. Quotes within it are not told from those around it, so everything between
 * the first and the last quote goes; so does a long number. Names of columns stand behind other words and stay.
 */
function masked(message: string): string {
  const unquoted = message.replace(/['"]([\s\S]*)['"]/, (_, inner) => `<${[...inner].length} characters>`)
  const line = unquoted.split('\n').find((one) => one.trim() !== '') ?? ''
  return line.replaceAll(/\d{5,}/g, (digits) => `<${digits.length} digits>`)
}

/** A statement made from a stretch of an author's file: where it came from. */
export interface Origin {
  file: string
  text: string
  /** `file offset = statement offset + shift`. */
  shift: number
  /** Where to point when the engine names no position inside the author's text. */
  otherwise?: number
}

/** The engine's error as a fault at the author's file; any other error as it is. */
export function faultOf(error: unknown, statement: string, origin: Origin, about: string): Fault {
  const told = engineError(error, statement)
  if (!told) throw error
  const { file, text, shift, otherwise } = origin
  // What stands before the author's own text is not looked at.
  const own = Math.max(0, -shift)
  const sql = statement.slice(own)
  const found = told.at === undefined || told.at < own ? pointedAt(told.message, sql) : told.at - own
  const at = found === undefined ? otherwise : found + own + shift
  const how = howTo(told, sql, found)
  return {
    what: `${about}: ${told.message}`,
    where: at === undefined ? { file } : placeAt(file, text, at),
    ...(how ? { how } : {}),
  }
}

/** A near miss says more than a rule, and a rule more than the engine. */
export function howTo({ message, how }: EngineError, sql: string, at?: number): string | undefined {
  return how?.startsWith('Did you mean ') ? how : (adviceOn(message, sql, at) ?? how)
}

/** From a byte offset of the UTF-8 form to an offset in the string. */
export function byteMap(text: string): (at: number) => number {
  const bytes = Buffer.from(text)
  if (bytes.length === text.length) return (at) => at
  return (at) => bytes.subarray(0, at).toString().length
}

/** From a count of code points to an offset in the string. */
export function fromCodePoints(text: string, count: number): number {
  return [...text].slice(0, count).join('').length
}
