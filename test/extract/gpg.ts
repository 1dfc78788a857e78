import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export const hasGpg = spawnSync('gpg', ['--version']).status === 0

/** A key ring of its own, in a folder that goes with the test, with one key that is used without asking. */
export interface KeyRing {
  /** What a process needs to find it. */
  env: { PATH: string; HOME: string; GNUPGHOME: string }
  encrypt(path: string, to: string): void
}

export function openKeyRing(dir: string): KeyRing {
  const home = join(dir, 'gnupg')
  mkdirSync(home, { mode: 0o700 })
  const env = { PATH: process.env.PATH ?? '', HOME: dir, GNUPGHOME: home }
  const gpg = (...args: string[]) =>
    execFileSync('gpg', ['--batch', '--quiet', ...args], { env, stdio: 'pipe' })
  onTestFinished(() => void spawnSync('gpgconf', ['--kill', 'all'], { env }))
  gpg('--passphrase', '', '--quick-gen-key', 'night@example.invalid', 'default', 'default', 'never')
  const to = ['--trust-model', 'always', '-r', 'night@example.invalid']
  return { env, encrypt: (path, packed) => void gpg(...to, '-o', packed, '--encrypt', path) }
}
