import { readFile } from 'node:fs/promises'
import { matchesGlob } from 'node:path'
import type { Client, ConnectConfig, SFTPWrapper } from 'ssh2'
import type { Sftp } from '../../contract.ts'
import { ClienteleError } from '../../error.ts'

export interface RemoteFile {
  path: string
  size: number
  mtimeMs: number
}

/** A server that files are fetched from. Nothing there is changed or deleted. */
export interface Remote {
  /** Null: it is not there, or is no file. */
  stat(path: string): Promise<RemoteFile | null>
  /** Files and folders of a folder, by name; none when it is not there. */
  list(dir: string): Promise<{ name: string; isDir: boolean; size: number; mtimeMs: number }[]>
  fetch(path: string, to: string): Promise<void>
  close(): void
}

/** Connects to a server whose key is the one that the contract names. Secrets come from the environment only. */
export async function connectSftp(sftp: Sftp, env: NodeJS.ProcessEnv): Promise<Remote> {
  // Most projects fetch nothing: the library is loaded where it is needed.
  const { default: ssh2 } = await import('ssh2')
  const client = new ssh2.Client()
  const offered: string[] = []
  const config: ConnectConfig = {
    host: sftp.host,
    port: sftp.port,
    username: sftp.user,
    readyTimeout: 30_000,
    keepaliveInterval: 10_000,
    hostHash: 'sha256',
    hostVerifier: (hash: string) => {
      const shown = Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, '')
      offered.push(`SHA256:${shown}`)
      return `SHA256:${shown}` === sftp.fingerprint.replace(/=+$/, '')
    },
    ...(await credentials(sftp, env)),
  }
  try {
    return await open(client, config)
  } catch (cause) {
    client.end()
    throw explained(sftp, cause as Error & { level?: string }, offered[0])
  }
}

async function credentials(sftp: Sftp, env: NodeJS.ProcessEnv): Promise<ConnectConfig> {
  const secret = (variable: string | undefined) => {
    if (variable === undefined) return undefined
    const value = env[variable.slice(4)]
    if (value) return value
    throw new ClienteleError({
      what: `${sftp.host}: the environment variable ${variable.slice(4)} is not set`,
      how: 'The contract takes a secret from it: set it where the night is started.',
    })
  }
  const [password, key, passphrase] = [sftp.password, sftp.key, sftp.passphrase].map(secret)
  return {
    ...(password ? { password } : {}),
    ...(key ? { privateKey: await readFile(key) } : {}),
    ...(passphrase ? { passphrase } : {}),
  }
}

function open(client: Client, config: ConnectConfig): Promise<Remote> {
  return new Promise((resolve, reject) => {
    client.on('error', reject)
    client.on('ready', () => {
      client.sftp((error, session) => (error ? reject(error) : resolve(remoteOf(client, session))))
    })
    client.connect(config)
  })
}

function remoteOf(client: Client, session: SFTPWrapper): Remote {
  let lost: Error | undefined
  const waiting = new Set<(error: Error) => void>()
  const fail = (error: Error) => {
    lost = error
    for (const reject of waiting) reject(error)
  }
  client.on('error', fail)
  client.on('close', () => fail(new Error('the connection was lost')))
  /** A call fails when the connection does: the library leaves it waiting. */
  const call = <T>(work: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      if (lost) return reject(lost)
      waiting.add(reject)
      work((error, value) => {
        waiting.delete(reject)
        if (error) reject(error)
        else resolve(value)
      })
    })
  const none = (error: { code?: unknown }) => (error.code === 2 ? null : Promise.reject(error))
  return {
    async stat(path) {
      const about = await call<Awaited<import('ssh2').Stats>>((done) => session.stat(path, done)).catch(none)
      return about?.isFile() ? { path, size: about.size, mtimeMs: 1000 * about.mtime } : null
    },
    async list(dir) {
      const entries = await call<import('ssh2').FileEntryWithStats[]>((done) =>
        session.readdir(dir, done),
      ).catch(none)
      return (entries ?? [])
        .filter(({ filename }) => !filename.startsWith('.'))
        .map(({ filename: name, attrs }) => ({
          name,
          isDir: attrs.isDirectory(),
          size: attrs.size,
          mtimeMs: 1000 * attrs.mtime,
        }))
    },
    fetch: (path, to) =>
      call<void>((done) => session.fastGet(path, to, { mode: 0o600 }, (error) => done(error, undefined))),
    close: () => client.end(),
  }
}

/** The files of a server that a pattern matches, in order of path; * and ? in any part. */
export async function matching(remote: Remote, pattern: string): Promise<RemoteFile[]> {
  const parts = pattern.split('/')
  let dirs = [parts[0] === '' ? '/' : '.']
  if (parts[0] === '') parts.shift()
  const last = parts.pop() as string
  for (const part of parts) {
    const next: string[] = []
    for (const dir of dirs) {
      if (!/[*?]/.test(part)) next.push(joined(dir, part))
      else
        for (const { name, isDir } of await remote.list(dir))
          if (isDir && matchesGlob(name, part)) next.push(joined(dir, name))
    }
    dirs = next
  }
  const found: RemoteFile[] = []
  for (const dir of dirs) {
    for (const { name, isDir, size, mtimeMs } of await remote.list(dir))
      if (!isDir && matchesGlob(name, last)) found.push({ path: joined(dir, name), size, mtimeMs })
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const joined = (dir: string, name: string): string =>
  dir === '.' ? name : dir.endsWith('/') ? `${dir}${name}` : `${dir}/${name}`

function explained(
  sftp: Sftp,
  cause: Error & { level?: string },
  offered: string | undefined,
): ClienteleError {
  if (cause instanceof ClienteleError) return cause
  const at = `${sftp.host}:${sftp.port}`
  if (offered && offered !== sftp.fingerprint.replace(/=+$/, '')) {
    return new ClienteleError({
      what: `${at} shows another key than the contract names: ${offered}`,
      how: 'Ask the people who run the server whether they changed it. Only then put the new fingerprint into the contract.',
    })
  }
  if (cause.level === 'client-authentication') {
    return new ClienteleError({ what: `${at} refuses user ${sftp.user}: wrong password or key` }, 1, {
      cause,
    })
  }
  return new ClienteleError({ what: `${at} cannot be reached: ${cause.message}` }, 1, { cause })
}
