import { ClienteleError } from '../../error.ts'
import { type Meaning, type Occasion, sourceError } from '../database/source-error.ts'

const meanings: Record<string, Meaning> = {
  '28P01': 'password',
  '28000': 'password',
  '3D000': 'database',
  '42P01': 'table',
  '3F000': 'table',
  '42703': 'column',
  '42501': 'permission',
  '57014': 'statement time-out',
  '55P03': 'lock',
  '40001': 'conflict',
  '40P01': 'conflict',
  '53300': 'busy',
  '57P03': 'busy',
  '57P01': 'lost',
  '57P02': 'lost',
  '57P05': 'lost',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'unreachable',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOENT: 'unreachable',
  ETIMEDOUT: 'silent',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ERR_STREAM_PREMATURE_CLOSE: 'lost',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate',
  CERT_HAS_EXPIRED: 'certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate',
}

const families: Record<string, Meaning> = { '08': 'lost', '22': 'value', '42': 'query', '53': 'busy' }

/** What an error of the driver or the server says, in our words. */
export function postgresError(error: unknown, occasion: Occasion): Error {
  if (error instanceof ClienteleError) return error
  const { code, hint, message } = error as Error & { code?: string; hint?: string }
  const meaning = meaningOf(code, message)
  // A message about a value repeats it.
  const said = meaning === 'value' ? `SQLSTATE ${code}` : message
  return sourceError(meaning, { code, hint, message: said }, occasion)
}

function meaningOf(code: string | undefined, message: string): Meaning {
  if (/does not support SSL/.test(message)) return 'tls refused'
  if (/timeout expired|timeout exceeded/.test(message)) return 'silent'
  if (/SASL|password must be a string/.test(message)) return 'password'
  if (/Connection terminated|Connection ended|not queryable/.test(message)) return 'lost'
  if (code === undefined) return 'other'
  if (code === '28000' && /no encryption|SSL off/.test(message)) return 'tls refused'
  return meanings[code] ?? families[code.slice(0, 2)] ?? 'other'
}
