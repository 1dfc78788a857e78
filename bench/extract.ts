/**
 * From a server to landing, beside what the server's own tool writes into a file: `node bench/extract.ts [rows]`,
 * 1,000,000 without. Wants CLIENTELE_TEST_POSTGRES and CLIENTELE_TEST_MYSQL (`.ci/servers start DIR`) and pg_dump and
 * mysqldump on the path; each part is left out, and said to be, without its server.
 */

import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMysqlDatabase, openPostgresDatabase, type TestDatabase } from '../test/extract/servers.ts'

const rows = Number(process.argv[2] ?? 1_000_000)
const once = join(import.meta.dirname, '../test/extract/extract-once.ts')

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
  /** Writes the table into a file with the server's own tool. */
  dump(url: URL, file: string): void
}

const cases: Case[] = [
  {
    kind: 'postgres',
    url: process.env.CLIENTELE_TEST_POSTGRES,
    open: openPostgresDatabase,
    make: [makePostgres, 'vacuum analyze sales', 'checkpoint'],
    dump: (url, file) => execFileSync('pg_dump', ['-t', 'sales', '-f', file, url.href]),
  },
  {
    kind: 'mysql',
    url: process.env.CLIENTELE_TEST_MYSQL,
    open: openMysqlDatabase,
    make: [makeMysql],
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

const seconds = async (work: () => unknown): Promise<number> => {
  const from = performance.now()
  await work()
  return (performance.now() - from) / 1000
}
const rate = (taken: number) => `${Math.round(rows / taken).toLocaleString('en-GB')} rows/s`

async function openProject(dir: string, kind: string): Promise<void> {
  await mkdir(join(dir, 'sources'))
  await writeFile(
    join(dir, 'clientele.config.ts'),
    "export default { name: 'bench', title: 'Bench', timeZone: 'Europe/London', reportingCurrency: 'GBP' }\n",
  )
  await writeFile(
    join(dir, 'sources/shop.yaml'),
    `kind: ${kind}\nconnection: env:SHOP_URL\ntables:\n  sales: {columns: {sale_id: BIGINT, amount: 'DECIMAL(12,2)', note: VARCHAR}}\n`,
  )
}

/** One extract in a process of its own. Its time is that of the whole command; its memory, the most it ever held. */
async function extract(dir: string, url: string): Promise<{ taken: number; peak: number }> {
  const peakFile = join(dir, 'peak')
  const env = { ...process.env, SHOP_URL: url, CLIENTELE_PEAK_FILE: peakFile }
  const taken = await seconds(() => execFileSync(process.execPath, [once, dir], { env }))
  return { taken, peak: Number(await readFile(peakFile, 'utf8')) / 1024 }
}

for (const { kind, url, open, make, dump } of cases) {
  if (!url) {
    console.log(`${kind}: left out, no server`)
    continue
  }
  const database = await open('clientele_bench')
  const dir = await mkdtemp(join(tmpdir(), 'clientele-bench-'))
  try {
    for (const statement of make) await database.run(statement)
    await openProject(dir, kind)
    const file = join(dir, 'dump.sql')
    // The first reading fills the server's memory for all that follow.
    const first = await seconds(() => dump(new URL(database.url), file))
    const { taken, peak } = await extract(dir, database.url)
    await rm(file)
    const second = await seconds(() => dump(new URL(database.url), file))
    const dumped = Math.min(first, second)
    const { size } = await stat(file)
    console.log(
      `${kind}: ${rows.toLocaleString('en-GB')} rows, ${Math.round(size / 1e6)} MB as its tool writes them`,
    )
    console.log(`  its tool, the better of two  ${dumped.toFixed(1)} s  ${rate(dumped)}`)
    console.log(
      `  to landing                   ${taken.toFixed(1)} s  ${rate(taken)}  peak ${Math.round(peak)} MB`,
    )
    console.log(`  ratio                        ${(dumped / taken).toFixed(2)}`)
  } finally {
    await database.close()
    await rm(dir, { recursive: true, force: true })
  }
}
