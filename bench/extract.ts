/**
 * From a server to landing, beside what the server's own tool writes into a file: `node bench/extract.ts [rows]`,
 * 1,000,000 without. Wants CLIENTELE_TEST_POSTGRES and CLIENTELE_TEST_MYSQL (`.ci/servers start DIR`) and pg_dump, psql
 * and mysqldump on the path; each part is left out, and said to be, without its server. All are timed as commands, their
 * start among it, and write to the same disk.
 */

import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { openMysqlDatabase, openPostgresDatabase, type TestDatabase } from '../test/extract/servers.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const once = join(import.meta.dirname, '../test/extract/extract-once.ts')
const compiled = join(import.meta.dirname, '../node_modules/.cache/clientele')

const makePostgres = `create table sales as select i as sale_id, (i * 7919 % 500000)::int as customer_id,
  timestamptz '2015-01-01 00:00+00' + (i % 300000000) * interval '1.37 seconds' as sold_at,
  date '2015-01-01' + (i % 3650)::int as due_on, ((i * 31 % 1000000) / 100.0)::numeric(12, 2) as amount,
  (i % 97) * 1.1::float8 as weight, 'Order ' || i || ', ' || md5(i::text) as note, i % 3 = 0 as paid
  from generate_series(1::bigint, ${rows}) as i`
const makeMysql = `create table sales as select seq as sale_id, cast(seq * 7919 % 500000 as int) as customer_id,
  timestampadd(second, seq % 300000000, '2015-01-01') as sold_at, date_add(date '2015-01-01', interval seq % 3650 day) as due_on,
  cast((seq * 31 % 1000000) / 100 as decimal(12, 2)) as amount, (seq % 97) * 1.1e0 as weight,
  concat('Order ', seq, ', ', md5(seq)) as note, seq % 3 = 0 as paid from seq_1_to_${rows}`

interface Case {
  kind: 'postgres' | 'mysql'
  url: string | undefined
  open(name: string): Promise<TestDatabase>
  make: string[]
  streams: number[]
  /** Writes the table into a file with the server's own tool. */
  dump(url: URL, file: string): void
  /** Seconds of processor that the server has spent on connections or in all; it has to be on this machine. */
  spent(url: URL): Promise<number>
  /** Has the server send the same rows in the same form to nobody: nothing that reads them can be faster. */
  send?(url: URL): void
}

const cases: Case[] = [
  {
    kind: 'postgres',
    url: process.env.CLIENTELE_TEST_POSTGRES,
    open: openPostgresDatabase,
    make: [makePostgres, 'vacuum analyze sales', 'checkpoint'],
    streams: [1, 2],
    dump: (url, file) => execFileSync('pg_dump', ['-t', 'sales', '-f', file, url.href]),
    spent: async (url) => {
      const query = "select split_part(pg_read_file('postmaster.pid'), chr(10), 1)"
      const pid = execFileSync('psql', ['-Atc', query, url.href], { encoding: 'utf8' }).trim()
      // A connection is counted once its process has ended.
      await setTimeout(300)
      return (await processor(pid)).children
    },
    send: (url) =>
      execFileSync('psql', ['-q', '-c', 'copy sales to stdout (format csv)', url.href], { stdio: 'ignore' }),
  },
  {
    kind: 'mysql',
    url: process.env.CLIENTELE_TEST_MYSQL,
    open: openMysqlDatabase,
    make: [makeMysql],
    streams: [1],
    spent: async (url) => {
      const args = [`--host=${url.hostname}`, `--port=${url.port}`, `--user=${url.username}`]
      const query = ['-Ne', 'select @@datadir, @@pid_file', url.pathname.slice(1)]
      const said = execFileSync('mysql', [...args, `--password=${url.password}`, '--protocol=tcp', ...query])
      const [data = '', file = ''] = said.toString().trim().split('\t')
      return (await processor((await readFile(resolve(data, file), 'utf8')).trim())).own
    },
    dump: (url, file) =>
      execFileSync('mysqldump', [
        ...[
          '--single-transaction',
          '--quick',
          '--protocol=tcp',
          `--host=${url.hostname}`,
          `--port=${url.port}`,
        ],
        ...[`--user=${url.username}`, `--password=${url.password}`, `--result-file=${file}`],
        ...[url.pathname.slice(1), 'sales'],
      ]),
  },
]

/** Seconds of processor of a process, and of its children that have ended. */
async function processor(pid: string): Promise<{ own: number; children: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [own = 0, ownSystem = 0, children = 0, childrenSystem = 0] = fields.slice(11, 15)
  return { own: (own + ownSystem) / 100, children: (children + childrenSystem) / 100 }
}

const seconds = async (work: () => unknown): Promise<number> => {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}
const rate = (taken: number) => `${Math.round(rows / taken).toLocaleString('en-GB')} rows/s`

async function openProject(dir: string, kind: string, streams: number): Promise<void> {
  await mkdir(join(dir, 'sources'), { recursive: true })
  await writeFile(
    join(dir, 'clientele.config.ts'),
    "export default { name: 'bench', title: 'Bench', timeZone: 'Europe/London', reportingCurrency: 'GBP' }\n",
  )
  const asked = kind === 'postgres' ? `streams: ${streams}\n` : ''
  await writeFile(
    join(dir, 'sources/shop.yaml'),
    `kind: ${kind}\nconnection: env:SHOP_URL\n${asked}tables:\n  sales: {columns: {sale_id: BIGINT, amount: 'DECIMAL(12,2)', note: VARCHAR}}\n`,
  )
}

interface Spent {
  taken: number
  /** Seconds of processor of the command, and of the server meanwhile. */
  cpu: number
  server: number
  /** The most memory it ever held, in MB. */
  peak: number
}

/** Runs a command and counts what it and the server spend. */
async function counted(spent: Case['spent'], url: URL, work: () => unknown): Promise<Omit<Spent, 'peak'>> {
  const [server, own] = [await spent(url), (await processor('self')).children]
  const taken = await seconds(work)
  const cpu = (await processor('self')).children - own
  return { taken, cpu, server: (await spent(url)) - server }
}

/** One extract in a process of its own, with Node's compiled code kept as the command keeps it. */
async function extract({ spent }: Case, dir: string, url: string): Promise<Spent> {
  const usageFile = join(dir, 'usage')
  const env = { ...process.env, SHOP_URL: url, CLIENTELE_USAGE_FILE: usageFile, NODE_COMPILE_CACHE: compiled }
  const used = await counted(spent, new URL(url), () => execFileSync(process.execPath, [once, dir], { env }))
  const { maxRSS } = JSON.parse(await readFile(usageFile, 'utf8'))
  await rm(join(dir, 'var'), { recursive: true })
  return { ...used, peak: maxRSS / 1024 }
}

const line = (label: string, taken: number, more = '') =>
  console.log(`  ${label.padEnd(26)} ${taken.toFixed(1).padStart(6)} s  ${rate(taken)}${more}`)

const processors = ({ cpu, server }: { cpu: number; server: number }) =>
  `  CPU ${cpu.toFixed(1)} s + server ${server.toFixed(1)} s`

const rounds = 3
/** The run in the middle, of as many of each as of the other. */
const middle = <T extends { taken: number }>(runs: T[]): T =>
  runs.toSorted((a, b) => a.taken - b.taken)[Math.floor(runs.length / 2)] as T

async function measure(one: Case, url: string, dir: string): Promise<void> {
  const { kind, streams, dump, send } = one
  const file = join(dir, 'dump.sql')
  const dumped = async () => {
    await rm(file, { force: true })
    return counted(one.spent, new URL(url), () => dump(new URL(url), file))
  }
  // The first reading fills the server's memory for all that follow.
  await dumped()
  const dumps: Omit<Spent, 'peak'>[] = []
  const spent = streams.map((): Spent[] => [])
  for (let round = 0; round < rounds; round++) {
    dumps.push(await dumped())
    for (const [i, count] of streams.entries()) {
      await openProject(dir, kind, count)
      spent[i]?.push(await extract(one, dir, url))
    }
  }
  const { size } = await stat(file)
  console.log(
    `${kind}: ${rows.toLocaleString('en-GB')} rows, ${Math.round(size / 1e6)} MB as its tool writes them; the middle of ${rounds} runs of each, in turn`,
  )
  if (send) line('the server sends to nobody', await seconds(() => send(new URL(url))))
  const tool = middle(dumps)
  line('its tool', tool.taken, processors(tool))
  streams.forEach((count, i) => {
    const { taken, peak, ...used } = middle(spent[i] as Spent[])
    const more = `${processors(used)}  peak ${Math.round(peak)} MB  ratio ${(tool.taken / taken).toFixed(2)}`
    line(`to landing, ${count === 1 ? '1 stream' : `${count} streams`}`, taken, more)
  })
}

for (const one of cases) {
  if (!one.url) {
    console.log(`${one.kind}: left out, no server`)
    continue
  }
  const database = await one.open('clientele_bench')
  const dir = await mkdtemp(join(tmpdir(), 'clientele-bench-'))
  try {
    for (const statement of one.make) await database.run(statement)
    await measure(one, database.url, dir)
    console.log(`  load of the machine ${loadavg()[0]?.toFixed(1)}`)
  } finally {
    await database.close()
    await rm(dir, { recursive: true, force: true })
  }
}
