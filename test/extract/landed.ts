import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Intake } from '../intake.ts'
import { betweenRuns } from '../temporary.ts'

/** Every load that can be seen, with what it says and what it holds; and whatever else lies about. */
export async function landed(intake: Intake): Promise<Record<string, unknown>> {
  const landing = join(intake.dir, 'var/landing')
  const found: Record<string, unknown> = {}
  const names = await readdir(landing, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name)
    const key = path.slice(landing.length + 1)
    if (!entry.isFile() || key.split('/').some((part) => part.startsWith('.'))) continue
    if (entry.name === 'manifest.json') {
      const { deliveredAt, ...manifest } = JSON.parse(await readFile(path, 'utf8'))
      found[key] = manifest
    } else if (entry.name.endsWith('.parquet')) {
      const rows = await intake.db.rows(
        sql`select count(*) as n, sum(hash(t))::varchar as content from read_parquet(${sql.lit(path)}) as t`,
      )
      found[key] = rows[0]
    }
  }
  return found
}

/** Extracts in a process of its own that is killed as soon as a file or folder is there; whether it was struck. */
export const extractAndKillAt = (dir: string, sign: string, env: NodeJS.ProcessEnv = {}): Promise<boolean> =>
  killedAt(join(import.meta.dirname, 'extract-once.ts'), dir, sign, env)

/** The same of any script that takes the project's folder. */
export function killedAt(
  script: string,
  dir: string,
  sign: string,
  more: NodeJS.ProcessEnv = {},
): Promise<boolean> {
  // Most of a short process is reading its own code: what Node made of it is kept from one to the next.
  const env = { ...process.env, NODE_COMPILE_CACHE: betweenRuns('clientele-compiled'), ...more }
  const child = spawn(process.execPath, [script, dir], { stdio: 'ignore', env })
  const timer = setInterval(() => existsSync(sign) && child.kill('SIGKILL'), 1)
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(timer)
      resolve(code !== 0)
    })
  })
}
