import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { Tls } from '../../contract/database.ts'
import type { DatabaseSource } from '../../contract.ts'
import { type Fault, throwFaults } from '../../error.ts'
import type { StageContext } from '../../stage.ts'

/** Where a database is and who asks: the contract's connection with its environment variables read. */
export interface Address {
  host: string
  port: number
  /** The folder or file of a socket; stands in for host and port. */
  socket: string | undefined
  database: string | undefined
  user: string | undefined
  password: string | undefined
  tls: { mode: 'off' | 'require' | 'verify'; ca?: string; cert?: string; key?: string }
  /** As people name it: without user and password. */
  shown: string
  /** Seconds. */
  timeouts: { connect: number; statement: number }
}

const ports = { postgres: 5432, mysql: 3306 }
const schemes = { postgres: /^postgres(ql)?:$/, mysql: /^(mysql|mariadb):$/ }
const sslmodes: Record<string, Tls> = {
  disable: 'off',
  require: 'require',
  'verify-ca': 'verify',
  'verify-full': 'verify',
}

/** Reads the settings of a source. Throws every fault at once, exit code 2; no value is shown in one. */
export function addressOf({ project, env }: StageContext, source: DatabaseSource): Address {
  const faults: Fault[] = []
  const where = { file: source.file }
  const read = (setting: string | undefined): string | undefined => {
    if (!setting?.startsWith('env:')) return setting
    const name = setting.slice(4)
    if (env[name] === undefined || env[name] === '')
      faults.push({ what: `source '${source.name}': the environment variable ${name} is not set`, where })
    return env[name]
  }
  const file = (path: string | undefined): string | undefined => {
    const place = read(path)
    if (place === undefined) return undefined
    const full = isAbsolute(place) ? place : resolve(project.dir, place)
    if (existsSync(full)) return readFileSync(full, 'utf8')
    faults.push({ what: `source '${source.name}': the file ${place} for TLS is not there`, where })
    return undefined
  }
  const { connection } = source
  const fromUrl = urlParts(source, read(connection.url), faults)
  const socket = read(connection.socket)
  const host = read(connection.host) ?? fromUrl.host ?? 'localhost'
  const port = Number(read(connection.port) ?? fromUrl.port ?? ports[source.kind])
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    faults.push({ what: `source '${source.name}': the port is not a number from 1 to 65535`, where })
  const database = read(connection.database) ?? fromUrl.database
  const address = {
    host,
    port,
    socket,
    database,
    user: read(connection.user) ?? fromUrl.user,
    password: read(connection.password) ?? fromUrl.password,
    tls: tlsOf(connection.tls ?? fromUrl.tls ?? (isNear(host, socket) ? 'off' : 'verify'), file),
    shown: `${database ?? 'the database'} at ${socket ?? `${host}:${port}`}`,
    timeouts: source.timeouts,
  }
  throwFaults(faults, 2)
  return address
}

interface Parts {
  host?: string
  port?: string
  database?: string
  user?: string
  password?: string
  tls?: Tls
}

function urlParts({ name, kind, file }: DatabaseSource, text: string | undefined, faults: Fault[]): Parts {
  if (text === undefined) return {}
  const where = { file }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !schemes[kind].test(url.protocol)) {
    faults.push({
      what: `source '${name}': the URL is not one of ${kind}`,
      where,
      how: `Write ${kind}://USER:PASSWORD@HOST:PORT/DATABASE, with % codes for signs such as @ and /.`,
    })
    return {}
  }
  const mode = url.searchParams.get('sslmode') ?? undefined
  if (mode !== undefined && !(mode in sslmodes))
    faults.push({ what: `source '${name}': sslmode=${mode} is not known here`, where, how: 'Use tls:.' })
  const given = Object.entries({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port,
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    tls: mode === undefined ? '' : (sslmodes[mode] ?? ''),
  })
  return Object.fromEntries(given.filter(([, value]) => value !== ''))
}

/** Nobody listens between a machine and itself; anywhere else the server has to prove who it is. */
const isNear = (host: string, socket: string | undefined): boolean =>
  socket !== undefined || ['localhost', '127.0.0.1', '::1'].includes(host)

function tlsOf(tls: Tls, file: (path: string | undefined) => string | undefined): Address['tls'] {
  if (typeof tls === 'string') return { mode: tls }
  const read = Object.entries(tls).map(([name, path]) => [name, file(path)])
  return { mode: 'verify', ...Object.fromEntries(read.filter(([, text]) => text !== undefined)) }
}

/** What Node's TLS wants to know; false: no TLS. */
export function tlsOptions({ mode, ...files }: Address['tls']) {
  return mode === 'off' ? false : { rejectUnauthorized: mode === 'verify', ...files }
}
