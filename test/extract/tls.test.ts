import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openIntake } from '../intake.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

/** A certificate that signs itself, for one name. */
interface Certificate {
  ca: string
  key: Buffer
  cert: Buffer
}

let dir: string
const certificates: Record<string, Certificate> = {}

beforeAll(() => {
  if (!hasOpenssl) return
  dir = mkdtempSync(join(tmpdir(), 'clientele-tls-'))
  for (const name of ['localhost', 'elsewhere.example']) {
    const [key, ca] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)]
    const made = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      ca,
    ]
    const about = ['-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
    execFileSync('openssl', ['req', '-x509', ...made, ...about], { stdio: 'ignore' })
    certificates[name] = { ca, key: readFileSync(key), cert: readFileSync(ca) }
  }
})
afterAll(() => {
  if (dir) rmSync(dir, { recursive: true })
})

/** What a MariaDB says first: who it is, and that it speaks TLS. */
const greeting = Buffer.concat([
  Buffer.from('\x0a10.11.0-MariaDB\0'),
  Buffer.from([1, 0, 0, 0, ...Buffer.from('saltsalt'), 0]),
  Buffer.from([0x09, 0x8a, 45, 2, 0, 0x08, 0, 21]),
  Buffer.alloc(10),
  Buffer.from('saltsaltsalt\0mysql_native_password\0'),
])

/** Servers that are no more than their first words: the question, the answer that TLS follows, and TLS. */
const servers = {
  async postgres(socket: Socket) {
    await once(socket, 'data')
    socket.write('S')
  },
  async mysql(socket: Socket) {
    socket.write(Buffer.concat([Buffer.from([greeting.length, 0, 0, 0]), greeting]))
    // The client begins with TLS at once: no more is taken than its question.
    await once(socket, 'readable')
    socket.read(4 + 32)
  },
}

/** A server with a certificate; whether anybody went on behind it. */
async function serve(kind: keyof typeof servers, { key, cert }: Certificate) {
  const seen = { entered: false }
  const server = createServer((socket) => {
    socket.on('error', () => {})
    void servers[kind](socket).then(() => {
      const secure = new TLSSocket(socket, { isServer: true, key, cert })
      secure.on('error', () => {})
      secure.on('data', () => {
        seen.entered = true
        secure.destroy()
      })
    })
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, seen }
}

/** What extracting from it says, and whether user and password went over. */
async function told(kind: keyof typeof servers, name: string, tls: string) {
  const { port, seen } = await serve(kind, certificates[name] as Certificate)
  const intake = await openIntake({
    shop: `kind: ${kind}\nconnection: {host: localhost, port: ${port}, database: shop, user: night, password: env:SESAME, tls: ${tls}}\nretries: 0\ntables:\n  sales: {columns: {id: INTEGER}}\n`,
  })
  intake.env.SESAME = 'open sesame'
  const error = (await intake.extract().catch((reason: Error) => reason)) as Error
  return { message: error.message, entered: seen.entered }
}

test.skipIf(!hasOpenssl).each(['postgres', 'mysql'] as const)(
  '%s: a certificate that nobody vouches for, or that is of another machine, is refused before anything is said',
  async (kind) => {
    const ca = (name: string) => `{ca: ${certificates[name]?.ca}}`
    const untrusted = /shop: the certificate of .*localhost.* is not trusted[\s\S]*tls: \{ca: FILE\}/
    const unknown = await told(kind, 'localhost', 'verify')
    expect(unknown.message).toMatch(untrusted)
    const other = await told(kind, 'elsewhere.example', ca('elsewhere.example'))
    expect(other.message).toMatch(untrusted)
    expect([unknown.entered, other.entered]).toEqual([false, false])
    // Named, or not asked for, it lets in: these servers have nothing more to say.
    for (const tls of [ca('localhost'), 'require']) {
      const known = await told(kind, 'localhost', tls)
      expect(known.message).not.toMatch(/certificate/)
      expect(known.entered).toBe(true)
    }
  },
)
