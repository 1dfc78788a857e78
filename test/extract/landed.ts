import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Intake } from '../intake.ts'

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

/** Extracts in a process of its own and kills it after a while; whether it was struck before its end. */
export function extractAndKill(dir: string, afterMs: number): Promise<boolean> {
  const { child, struck } = extractAlone(dir)
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
  return struck.finally(() => clearTimeout(timer))
}

/** The same, killed as soon as a file or folder is there. */
export function extractAndKillAt(dir: string, sign: string): Promise<boolean> {
  const { child, struck } = extractAlone(dir)
  const timer = setInterval(() => existsSync(sign) && child.kill('SIGKILL'), 1)
  return struck.finally(() => clearInterval(timer))
}

function extractAlone(dir: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'extract-once.ts'), dir], {
    stdio: 'ignore',
  })
  const struck = new Promise<boolean>((resolve) => child.on('close', (code) => resolve(code !== 0)))
  return { child, struck }
}
