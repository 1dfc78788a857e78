import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { baseDir } from '../pipelines/project.ts'

/** A small shop of its own: the Online Retail project on lines made here, and a second source that is a database. */
export interface Shop {
  dir: string
  /** Delivers the inputs of a day; days differ in new, changed and deleted rows. */
  deliver(day: number): Promise<void>
}

export async function openShop(name: string): Promise<Shop> {
  const dir = await mkdtemp(join(tmpdir(), `clientele-${name}-`))
  for (const part of ['clientele.config.ts', 'sources', 'sql']) {
    await cp(join(baseDir, 'data/online-retail', part), join(dir, part), { recursive: true })
  }
  const config = JSON.stringify(join(baseDir, 'data/online-retail/clientele.config.ts'))
  await writeFile(
    join(dir, 'clientele.config.ts'),
    `import base from ${config}\nexport default { ...base, name: '${name}', locales: ['en'] }\n`,
  )
  await writeFile(join(dir, 'sources/desk.yaml'), desk)
  await mkdir(join(dir, 'input'))
  const shop = shopIn(dir)
  await shop.deliver(0)
  return shop
}

/** A shop that is there already. */
export const shopIn = (dir: string): Shop => ({
  dir,
  async deliver(day) {
    await writeFile(join(dir, 'input/online_retail.csv'), invoices(day))
    deliverDesk(join(dir, 'input/desk.sqlite'), day)
  },
})

export async function reportsOfTheBase(): Promise<string[]> {
  const entries = await readdir(join(baseDir, 'reports'), { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() && entry.name !== 'index' ? entry.name : [])).sort()
}

const desk = `
kind: sqlite
path: input/desk.sqlite
tables:
  calls:
    key: [call_id]
    columns:
      call_id: {type: INTEGER, not_null: true}
      customer_id: VARCHAR
      minutes: {type: INTEGER, not_null: true}
    checks:
      minutes_not_negative: minutes >= 0
`

/** Lines that repeat themselves for a day: customers come back at their own pace, some return goods, some are unknown. */
function invoices(day: number): string {
  const lines = ['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country']
  let invoice = 500_000
  for (let customer = 0; customer < 400; customer++) {
    const pace = 9 + ((customer * 37) % 113)
    const last = customer % 3 === 0 ? 150 + (customer % 100) : 365
    for (let at = (customer * 53) % 200; at <= last + day; at += pace + ((at * 7) % 5)) {
      invoice++
      const moment = new Date(Date.UTC(2010, 11, 1, 9 + (customer % 8)) + at * 86_400_000)
      const when = moment.toISOString().slice(0, 19).replace('T', ' ')
      if (when > '2011-12-09 23:59:59') break
      const who = customer % 29 === 0 ? '' : `${12_000 + customer}.0`
      for (let line = 0; line < 1 + (at % 3); line++) {
        const price = (1 + ((customer * 13 + line * 7) % 40) / 8).toFixed(2)
        lines.push(
          `${invoice},${20_000 + ((at + line) % 60)},TEA CADDY,${1 + (at % 6)},${when},${price},${who},United Kingdom`,
        )
      }
      if (at % 17 === 0) lines.push(`C${invoice},20001,TEA CADDY,-1,${when},1.25,${who},United Kingdom`)
    }
  }
  return `${lines.join('\n')}\n`
}

function deliverDesk(path: string, day: number): void {
  const db = new DatabaseSync(path)
  db.exec(
    'drop table if exists calls; create table calls (call_id integer primary key, customer_id text, minutes integer)',
  )
  const insert = db.prepare('insert into calls values (?, ?, ?)')
  db.exec('begin')
  for (let call = 1; call <= 2000 + day * 40; call++) {
    if (day > 0 && call % 211 === 0) continue
    const changed = day > 0 && call % 97 === 0 ? 1 : 0
    insert.run(call, String(12_000 + (call % 400)), call % 500 === 0 ? -1 : (call % 30) + changed)
  }
  db.exec('commit')
  db.close()
}

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface Started {
  child: ChildProcess
  ended: Promise<Ended>
}

/** Starts the command line as a user would, in a process group of its own. */
export function startCommand(args: string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [join(baseDir, 'pipelines/clientele.js'), ...args], {
    cwd: baseDir,
    detached: true,
    env: { ...process.env, ONLINE_RETAIL_CSV: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (data) => {
    stdout += data
  })
  child.stderr?.on('data', (data) => {
    stderr += data
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, ended }
}

export const runCommand = (args: string[], env?: NodeJS.ProcessEnv): Promise<Ended> =>
  startCommand(args, env).ended
