import { ClienteleError } from '../../error.ts'
import { type Meaning, type Occasion, sourceError } from '../database/source-error.ts'

const meanings: Record<string, Meaning> = {
  ER_ACCESS_DENIED_ERROR: 'password',
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: 'password',
  ER_HOST_NOT_PRIVILEGED: 'password',
  ER_BAD_DB_ERROR: 'database',
  ER_DBACCESS_DENIED_ERROR: 'permission',
  ER_TABLEACCESS_DENIED_ERROR: 'permission',
  ER_COLUMNACCESS_DENIED_ERROR: 'permission',
  ER_SPECIFIC_ACCESS_DENIED_ERROR: 'permission',
  ER_NO_SUCH_TABLE: 'table',
  ER_BAD_FIELD_ERROR: 'column',
  ER_PARSE_ERROR: 'query',
  ER_QUERY_TIMEOUT: 'statement time-out',
  ER_STATEMENT_TIMEOUT: 'statement time-out',
  ER_LOCK_WAIT_TIMEOUT: 'lock',
  ER_TABLE_DEF_CHANGED: 'conflict',
  ER_LOCK_DEADLOCK: 'conflict',
  ER_CON_COUNT_ERROR: 'busy',
  ER_USER_LIMIT_REACHED: 'busy',
  ER_SERVER_SHUTDOWN: 'lost',
  ER_QUERY_INTERRUPTED: 'lost',
  ER_CONNECTION_KILLED: 'lost',
  PROTOCOL_CONNECTION_LOST: 'lost',
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ERR_STREAM_PREMATURE_CLOSE: 'lost',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EAI_AGAIN: 'unreachable',
  ENOENT: 'unreachable',
  ENOTFOUND: 'unknown host',
  ETIMEDOUT: 'silent',
  HANDSHAKE_NO_SSL_SUPPORT: 'tls refused',
  HANDSHAKE_SSL_ERROR: 'certificate',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate',
  CERT_HAS_EXPIRED: 'certificate',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate',
}

/** MariaDB says by number what MySQL has a name for. */
const numbers: Record<number, Meaning> = { 1969: 'statement time-out', 1927: 'lost' }

/** What an error of the driver or the server says, in our words. */
export function mysqlError(error: unknown, occasion: Occasion): Error {
  if (error instanceof ClienteleError) return error
  const { code, errno, message } = error as Error & { code?: string; errno?: number }
  const meaning = numbers[errno ?? 0] ?? meanings[code ?? ''] ?? 'other'
  return sourceError(meaning, { code, message }, occasion)
}
