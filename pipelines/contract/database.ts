import { z } from 'zod'
import type { CheckedYaml } from '../checked-yaml.ts'
import type { Contract, SourceHead } from '../contract.ts'
import type { Fault } from '../error.ts'

export const databaseKinds = ['postgres', 'mysql'] as const
export type DatabaseKind = (typeof databaseKinds)[number]

export interface DatabaseOrigin {
  kind: DatabaseKind
  /** The table's or view's name in the database, with its schema where it has one. */
  table: string
  /** SQL, or the path of a .ts file of the project that composes it with Kysely; stands in for the table. */
  query: string | undefined
}

/** A text of the contract, or `env:NAME`: what an environment variable holds. */
export type Setting = string

export interface Connection {
  url?: Setting | undefined
  host?: Setting | undefined
  port?: Setting | undefined
  /** The folder (PostgreSQL) or file (MySQL) of a socket on this machine. */
  socket?: Setting | undefined
  database?: Setting | undefined
  user?: Setting | undefined
  password?: Setting | undefined
  tls?: Tls | undefined
}

export type Tls =
  | 'off'
  | 'require'
  | 'verify'
  | { ca?: string | undefined; cert?: string | undefined; key?: string | undefined }

export type DatabaseSource = SourceHead<DatabaseOrigin> & {
  kind: DatabaseKind
  connection: Connection
  /** The password stands in the contract, as its author insists. */
  plainPassword: boolean
  /** Seconds. */
  timeouts: { connect: number; statement: number }
  /** How often what may pass by itself is tried again. */
  retries: number
  /** How many parts of a large table are read at once (PostgreSQL). */
  streams: number
}

const setting = z
  .union([z.string().min(1), z.number()], { error: 'write a text or env:NAME' })
  .transform(String)

const tls = z.union(
  [
    z.enum(['off', 'require', 'verify']),
    z.strictObject({
      ca: z.string().min(1).optional(),
      cert: z.string().min(1).optional(),
      key: z.string().min(1).optional(),
    }),
  ],
  { error: 'write off, require, verify or {ca: FILE, cert: FILE, key: FILE}' },
)

const connection = z.preprocess(
  (value) => (typeof value === 'string' ? { url: value } : value),
  z.strictObject({
    url: setting.optional(),
    host: setting.optional(),
    port: setting.optional(),
    socket: setting.optional(),
    database: setting.optional(),
    user: setting.optional(),
    password: z.union([setting, z.strictObject({ plain: setting })], { error: 'write env:NAME' }).optional(),
    tls: tls.optional(),
  }),
)

/** Beside what every table of a contract has. */
export const databaseTable = {
  table: z.string().min(1).optional(),
  query: z.string().min(1).optional(),
}

/** Beside what every source has. */
export const databaseHead = {
  connection,
  timeouts: z
    .strictObject({
      connect: z.number().positive().max(600).default(10),
      statement: z.number().positive().default(3600),
    })
    .prefault({}),
  retries: z.number().int().min(0).max(10).default(3),
  streams: z.number().int().min(1).max(2).default(2),
}

const headShape = z.object(databaseHead)
type Head = z.output<typeof headShape>

/** What of a source is the same for every kind of database. */
export function shapeDatabase(
  data: Head,
  yaml: CheckedYaml<unknown>,
  faults: Fault[],
): Pick<DatabaseSource, 'connection' | 'plainPassword' | 'timeouts' | 'retries' | 'streams'> {
  const { connection, timeouts, retries, streams } = data
  const { password, ...rest } = connection
  const plain = typeof password === 'object'
  const isSecret = (text: string | undefined) => text !== undefined && !text.startsWith('env:')
  const bare = !plain && isSecret(password)
  if (bare || (isSecret(rest.url) && /:\/\/[^/@]*:[^/]*@/.test(rest.url ?? ''))) {
    faults.push({
      what: 'a password stands in the contract',
      where: yaml.placeOf(['connection', bare ? 'password' : 'url']),
      how: 'Name an environment variable instead: env:NAME. If it must stand here: password: {plain: …}.',
    })
  }
  if (rest.url === undefined && rest.host === undefined && rest.socket === undefined) {
    faults.push({
      what: 'connection: names no server',
      where: yaml.placeOf(['connection'], 'key'),
      how: 'Write connection: env:NAME for a URL, or host:, database:, user: and password:.',
    })
  }
  const secret = plain ? (password as { plain: string }).plain : (password as string | undefined)
  return { connection: { ...rest, password: secret }, plainPassword: plain, timeouts, retries, streams }
}

export function databaseOrigin(
  kind: DatabaseKind,
  contract: Pick<Contract, 'table' | 'place'>,
  shape: { table?: string | undefined; query?: string | undefined },
  faults: Fault[],
): DatabaseOrigin {
  if (shape.table !== undefined && shape.query !== undefined) {
    faults.push({ what: `table '${contract.table}' has both 'table' and 'query'`, where: contract.place })
  }
  return { kind, table: shape.table ?? contract.table, query: shape.query?.trim() }
}

/** The text of a contract as it may be shown: letters of passwords are stars, all else stands where it stood. */
export function withoutSecrets(text: string): string {
  const stars = (secret: string) => '*'.repeat(secret.length)
  return text
    .replace(/(:\/\/[^\s/@:]*:)(\S*)(?=@)/g, (_, before, secret) => `${before}${stars(secret)}`)
    .replace(
      /((?:pas\w*|pwd|secret|plain)["']?[ \t]*:[ \t]*)(?!["']?env:)(.*)/gi,
      (_, before, secret) => `${before}${stars(secret)}`,
    )
}
