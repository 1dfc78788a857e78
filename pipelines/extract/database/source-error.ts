import type { Contract, DatabaseSource } from '../../contract.ts'
import { ClienteleError, type Fault } from '../../error.ts'
import type { Address } from './address.ts'

/** What went wrong at a server, whatever server it is. */
export type Meaning =
  | 'password'
  | 'database'
  | 'table'
  | 'column'
  | 'permission'
  | 'query'
  | 'unknown host'
  | 'unreachable'
  | 'silent'
  | 'busy'
  | 'lost'
  | 'statement time-out'
  | 'lock'
  | 'conflict'
  | 'tls refused'
  | 'certificate'
  | 'value'
  | 'other'

const passing: ReadonlySet<Meaning> = new Set(['unreachable', 'silent', 'busy', 'lost', 'lock', 'conflict'])

/** A failure of a source. Transient: it may pass by itself. */
export class SourceError extends ClienteleError {
  readonly meaning: Meaning
  readonly transient: boolean

  constructor(meaning: Meaning, fault: Fault, cause?: unknown) {
    super(fault, 1, { cause })
    this.meaning = meaning
    this.transient = passing.has(meaning)
  }
}

export interface Occasion {
  source: DatabaseSource
  address: Address
  /** The table that was being read. */
  contract?: Contract | undefined
}

/** What a driver says when it fails. */
export interface DriverError {
  code?: string | undefined
  message: string
  hint?: string | undefined
}

/** Says in our words what a driver's error means: what, where in the contract, how to mend it. */
export function sourceError(meaning: Meaning, error: DriverError, occasion: Occasion): SourceError {
  const { source, address, contract } = occasion
  const about = contract ? `${source.name}.${contract.table}` : source.name
  const { what, how } = words(meaning, occasion, withoutPassword(error, address))
  const fault: Fault = { what: `${about}: ${what}`, where: contract?.place ?? { file: source.file } }
  return new SourceError(meaning, how === undefined ? fault : { ...fault, how }, scrubbed(error, address))
}

function words(
  meaning: Meaning,
  { address, source }: Occasion,
  { said, hint }: { said: string; hint: string | undefined },
): { what: string; how?: string | undefined } {
  const { shown, user, timeouts } = address
  const who = user === undefined ? 'the user' : `the user '${user}'`
  switch (meaning) {
    case 'password':
      return {
        what: `${who} is not let in to ${shown}: ${said}`,
        how: 'Check user and password of connection:, and the environment variables they name.',
      }
    case 'database':
      return { what: `there is no such database: ${shown}`, how: 'Check database: or the path of the URL.' }
    case 'table':
      return { what: `${shown} lacks a table: ${said}`, how: hint ?? 'Check table: or query:.' }
    case 'column':
      return { what: `${shown} lacks a column: ${said}`, how: hint ?? 'Check query:.' }
    case 'permission':
      return {
        what: `${who} may not read this in ${shown}: ${said}`,
        how: `Have SELECT granted to ${who}.`,
      }
    case 'query':
      return { what: `${shown} does not understand the query: ${said}`, how: hint }
    case 'unknown host':
      return { what: `no machine is known by the name '${address.host}'`, how: 'Check host: or the URL.' }
    case 'unreachable':
      return {
        what: `${shown} cannot be reached: ${said}`,
        how: 'Check host: and port:, whether the server runs, and the firewall between.',
      }
    case 'silent':
      return {
        what: `${shown} did not answer within ${timeouts.connect} s`,
        how: 'Check host: and port: and the firewall between, or raise timeouts: {connect: …}.',
      }
    case 'busy':
      return { what: `${shown} takes no more connections: ${said}` }
    case 'lost':
      return {
        what: `the connection to ${shown} was lost in the middle: ${said}`,
        how: 'Nothing half-read has landed; the next run reads it again.',
      }
    case 'statement time-out':
      return {
        what: `${shown} stopped the reading after ${timeouts.statement} s (timeouts: {statement: …})`,
        how: 'Raise it, or read less: a cursor, or a query.',
      }
    case 'lock':
      return {
        what: `a table of ${shown} is locked by somebody who changes it: ${said}`,
        how: 'Run when the tables are not being altered.',
      }
    case 'conflict':
      return { what: `${shown} broke the reading off: ${said}` }
    case 'tls refused':
      return {
        what: `${shown} does not speak TLS as the connection asks: ${said}`,
        how: 'Switch TLS on at the server, or write tls: off where the line between is trusted.',
      }
    case 'certificate':
      return {
        what: `the certificate of ${shown} is not trusted: ${said}`,
        how: 'Name the authority that signed it, tls: {ca: FILE}, or write tls: require to encrypt without proof.',
      }
    case 'value':
      return {
        what: `${shown} cannot convert a value (${said})`,
        how: source.kind === 'postgres' ? 'Cast with care in query:.' : undefined,
      }
    case 'other':
      return { what: `${shown} cannot be read: ${said}`, how: hint }
  }
}

/** A driver may repeat what it was given. */
function withoutPassword({ message, hint }: DriverError, address: Address) {
  return { said: hidden(message, address) || 'no reason given', hint: hint && hidden(hint, address) }
}

function hidden(text: string, { password }: Address): string {
  if (!password) return text.trim()
  const forms = [password, encodeURIComponent(password)].sort((a, b) => b.length - a.length)
  return forms.reduce((kept, form) => kept.replaceAll(form, '***'), text).trim()
}

/** What is kept of the driver's error for those who look deeper. */
const scrubbed = ({ code, message }: DriverError, address: Address): Error =>
  Object.assign(new Error(hidden(message, address)), code === undefined ? {} : { code })
