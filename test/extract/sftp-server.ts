import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2'

export interface SftpServer {
  port: number
  fingerprint: string
  /** Paths whose content was asked for. */
  opened: string[]
  /** Cuts the connection after so many reads. */
  cutAfter?: number
  close(): void
}

/** Serves a folder read-only by SFTP on this machine, to the user `night` with the password `tea`. */
export function serveSftp(dir: string): Promise<SftpServer> {
  const keys = ssh2.utils.generateKeyPairSync('ed25519')
  const key = ssh2.utils.parseKey(keys.public)
  if (key instanceof Error) throw key
  const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')
  const made: SftpServer = { port: 0, fingerprint: `SHA256:${hash}`, opened: [], close: () => server.close() }
  const server = new ssh2.Server({ hostKeys: [keys.private] }, (client) => {
    client.on('error', () => undefined)
    client.on('authentication', (context) => {
      const right =
        context.method === 'password' && context.username === 'night' && context.password === 'tea'
      if (right) context.accept()
      else context.reject(['password'])
    })
    client.on('session', (accept) => {
      accept().on('sftp', (take) => serve(take(), dir, made, () => client.end()))
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      made.port = (server.address() as AddressInfo).port
      resolve(made)
    })
  })
}

const { STATUS_CODE } = ssh2.utils.sftp

function serve(sftp: SFTPWrapper, dir: string, made: SftpServer, cut: () => void): void {
  const handles = new Map<number, { file: number } | { names: string[]; path: string }>()
  let [last, reads] = [0, 0]
  const give = (id: number, what: { file: number } | { names: string[]; path: string }) => {
    last += 1
    handles.set(last, what)
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(last)
    sftp.handle(id, handle)
  }
  const attempt = (id: number, work: () => void) => {
    try {
      work()
    } catch {
      sftp.status(id, STATUS_CODE.NO_SUCH_FILE)
    }
  }
  const about = (id: number, path: string) => attempt(id, () => sftp.attrs(id, attributes(join(dir, path))))
  sftp.on('STAT', about)
  sftp.on('LSTAT', about)
  sftp.on('FSTAT', (id, handle) => {
    const held = handles.get(handle.readUInt32BE()) as { file: number }
    sftp.attrs(id, attributes(held.file))
  })
  sftp.on('OPEN', (id, path) => {
    made.opened.push(path)
    attempt(id, () => give(id, { file: openSync(join(dir, path), 'r') }))
  })
  sftp.on('READ', (id, handle, offset, length) => {
    reads += 1
    if (made.cutAfter !== undefined && reads > made.cutAfter) return cut()
    const held = handles.get(handle.readUInt32BE()) as { file: number }
    const bytes = Buffer.alloc(Math.min(length, 32_768))
    const read = readSync(held.file, bytes, 0, bytes.length, offset)
    if (read === 0) sftp.status(id, STATUS_CODE.EOF)
    else sftp.data(id, bytes.subarray(0, read))
  })
  sftp.on('OPENDIR', (id, path) => attempt(id, () => give(id, { names: readdirSync(join(dir, path)), path })))
  sftp.on('READDIR', (id, handle) => {
    const held = handles.get(handle.readUInt32BE()) as { names: string[]; path: string }
    const names = held.names.splice(0)
    if (names.length === 0) return sftp.status(id, STATUS_CODE.EOF)
    sftp.name(
      id,
      names.map((filename) => ({
        filename,
        longname: filename,
        attrs: attributes(join(dir, held.path, filename)),
      })),
    )
  })
  sftp.on('CLOSE', (id, handle) => {
    const held = handles.get(handle.readUInt32BE())
    if (held && 'file' in held) closeSync(held.file)
    sftp.status(id, STATUS_CODE.OK)
  })
}

function attributes(path: string | number): Attributes {
  const { mode, uid, gid, size, atimeMs, mtimeMs } =
    typeof path === 'number' ? fstatSync(path) : statSync(path)
  return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) }
}
