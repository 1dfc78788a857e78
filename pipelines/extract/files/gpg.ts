import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { ClienteleError } from '../../error.ts'
import { shownPath } from '../../project.ts'
import { firstBytes } from './first-bytes.ts'
import { unpackingLimit } from './unpacking.ts'

/** Encrypted files are told by their first line or, as bytes, by their names. */
export async function isEncrypted(path: string, name: string): Promise<boolean> {
  if (/\.(pgp|gpg)$/i.test(name)) return true
  return (await firstBytes(path, 27)).toString('latin1') === '-----BEGIN PGP MESSAGE-----'
}

/**
 * Decrypts a file by `gpg` and the keys of its user, streaming into a file of the owner's only. The key must be usable
 * without asking (no passphrase, or an agent that has it).
 */
export async function decrypt(
  path: string,
  to: string,
  env: NodeJS.ProcessEnv,
  times?: number,
): Promise<void> {
  const limit = unpackingLimit(path, (await stat(path)).size, times)
  const child = spawn('gpg', ['--batch', '--no-tty', '--status-fd', '2', '--decrypt', path], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(-20_000)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  const [code] = await Promise.all([
    ended.catch((cause: NodeJS.ErrnoException) =>
      Promise.reject(cause.code === 'ENOENT' ? noGpg(path, cause) : cause),
    ),
    pipeline(child.stdout, limit, createWriteStream(to, { mode: 0o600 })).finally(() => child.kill()),
  ])
  // A message that was tampered with has been written by then: it is not used.
  if (code !== 0 || !said.includes('DECRYPTION_OKAY')) throw refused(path, said)
}

const noGpg = (path: string, cause: Error): ClienteleError =>
  new ClienteleError(
    {
      what: 'the file is PGP-encrypted and gpg is not installed',
      where: { file: shownPath(path) },
      how: 'Install GnuPG (Debian: apt-get install gpg) and import the key.',
    },
    1,
    { cause },
  )

/** What gpg says may name people: only what kind of failure it was is told. */
function refused(path: string, said: string): ClienteleError {
  const noKey = said.includes('NO_SECKEY') || said.includes('No secret key')
  return new ClienteleError({
    what: noKey
      ? 'the file is PGP-encrypted for a key that gpg does not have'
      : 'the PGP file cannot be decrypted: it is damaged, incomplete, or its key cannot be used without asking',
    where: { file: shownPath(path) },
    how: noKey
      ? 'Import the secret key (gpg --import), or have it encrypted for the one there is (gpg --list-secret-keys).'
      : 'Try `gpg --decrypt` by hand; if that fails, ask for the file again.',
  })
}
