/**
 * A CSV of many rows from the file to `raw` (extract and load), against the engine's own `read_csv` into a table of a
 * database file: `node bench/csv.ts [rows]`, 10,000,000 without. The mark is 1.5. All ways end with everything on disk,
 * with the engine's own number of threads. `read_csv` finds the types out by itself, as in the statement that a user
 * would write; they are those of the contract. The third way is the least that two stages can cost: the engine alone
 * writes the file as text into the Parquet of landing, and casts that into a table, with nothing checked or counted.
 */

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { sql } from 'kysely'
import { type Db, openDatabase } from '../pipelines/duckdb.ts'
import { silent } from '../pipelines/log.ts'
import { openProject } from '../pipelines/project.ts'

// As every command has it: threads that split a text would else have their code compiled anew.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/clientele'))
const { extract } = await import('../pipelines/extract/extract.ts')
const { load } = await import('../pipelines/load/load.ts')

const rows = Number(process.argv[2] ?? 10_000_000)
const mark = 1.5

const config = `export default {
  name: 'bench', title: 'Bench', timeZone: 'Europe/London', reportingCurrency: 'GBP', asOf: '2024-03-01',
}
`

const contract = `
kind: files
tables:
  orders:
    path: input/orders.csv
    format: {type: csv}
    columns:
      order_id: {type: BIGINT, not_null: true}
      customer: {type: VARCHAR, not_null: true}
      ordered_on: DATE
      seen_at: TIMESTAMP
      quantity: INTEGER
      amount: DECIMAL(12,2)
      currency: {type: VARCHAR, enum: [GBP, CNY, HKD, USD]}
      paid: BOOLEAN
      note: VARCHAR
    checks:
      quantity_positive: quantity > 0
`

/** Mixed columns; one field in twenty is quoted and holds quotes and delimiters, one is empty. */
async function writeOrders(db: Db, path: string): Promise<void> {
  const picks = (salt: number, of: number) =>
    sql`cast(hash(i * ${sql.lit(salt)}) % ${sql.lit(of)} as integer)`
  await db.run(sql`copy (select i as order_id, 'C' || lpad(cast(${picks(1, 400_000)} as varchar), 7, '0') as customer,
      date '2019-01-01' + ${picks(3, 1800)} as ordered_on,
      timestamp '2024-01-01' + to_seconds(${picks(7, 31_000_000)}) as seen_at,
      1 + ${picks(5, 9)} as quantity, cast(${picks(11, 1_000_000)} / 100 as decimal(12, 2)) as amount,
      ['GBP', 'CNY', 'HKD', 'USD'][1 + ${picks(13, 4)}] as currency, ${picks(17, 2)} = 0 as paid,
      case ${picks(19, 20)} when 0 then 'Tea, "black", no. ' || ${picks(23, 1000)} when 1 then null
        else 'Teapot ' || ${picks(29, 5000)} end as note
    from range(1, ${sql.lit(rows + 1)}) as t(i)) to ${sql.lit(path)} (format csv, header)`)
}

interface Time {
  seconds: number
  cpu: number
}

async function timed<T>(work: () => Promise<T>): Promise<Time & { result: T }> {
  const [from, used] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(used)
  return { seconds: (performance.now() - from) / 1000, cpu: (user + system) / 1e6, result }
}

const dir = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), 'clientele-csv-'))
const csv = join(dir, 'input/orders.csv')

async function withDatabase<T>(name: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openDatabase(name === ':memory:' ? name : join(dir, name))
  try {
    return await work(db)
  } finally {
    db.close()
  }
}

const engineAlone = () =>
  withDatabase('engine.duckdb', async (db) => {
    await db.run(sql`create table orders as select * from read_csv(${sql.lit(csv)})`)
    await db.run('checkpoint')
  })

/** The engine as it comes, with the file format that older engines read too. */
async function engineAsItComes() {
  const instance = await DuckDBInstance.create(join(dir, 'plain.duckdb'))
  const connection = await instance.connect()
  await connection.run(`create table orders as select * from read_csv('${csv.replaceAll("'", "''")}')`)
  await connection.run('checkpoint')
  connection.closeSync()
  instance.closeSync()
}

const landed = join(dir, 'landed.parquet')

const toLanding = () =>
  withDatabase(':memory:', (db) =>
    db.run(sql`copy (select * from read_csv(${sql.lit(csv)}, all_varchar = true)) to ${sql.lit(landed)}
      (format parquet, compression zstd, compression_level 1, dictionary_size_limit 1000)`),
  )

const fromLanding = () =>
  withDatabase('stages.duckdb', async (db) => {
    await db.run('set preserve_insertion_order = false')
    await db.run(sql`create table orders as select cast(order_id as bigint) as order_id, customer,
      cast(ordered_on as date) as ordered_on, cast(seen_at as timestamp) as seen_at,
      cast(quantity as integer) as quantity, cast(amount as decimal(12, 2)) as amount, currency,
      cast(paid as boolean) as paid, note from read_parquet(${sql.lit(landed)})`)
    await db.run('checkpoint')
  })

async function ours() {
  const project = await openProject(dir)
  const ctx = { project, asOf: '2024-03-01', clock: () => new Date(), log: silent, env: {} }
  const extracted = await timed(() => extract(ctx))
  const loaded = await timed(() =>
    withDatabase('warehouse.duckdb', async (db) => {
      const [totals] = await load(ctx, db, { full: false })
      await db.run('checkpoint')
      return totals
    }),
  )
  if (loaded.result?.loaded !== rows) throw new Error(`${loaded.result?.loaded} rows reached raw`)
  return { extracted, loaded }
}

try {
  for (const folder of ['input', 'sources']) await mkdir(join(dir, folder))
  await writeFile(join(dir, 'clientele.config.ts'), config)
  await writeFile(join(dir, 'sources/shop.yaml'), contract)
  await withDatabase(':memory:', (db) => writeOrders(db, csv))
  const megabytes = Math.round((await stat(csv)).size / 1e6)
  const plain = await timed(engineAsItComes)
  const engine = await timed(engineAlone)
  for (const made of ['plain.duckdb', 'engine.duckdb']) await rm(join(dir, made))
  const written = await timed(toLanding)
  const scanned = await timed(fromLanding)
  for (const made of [landed, join(dir, 'stages.duckdb')]) await rm(made)
  const { extracted, loaded } = await ours()
  const shown = (value: number) => value.toFixed(2)
  const line = (name: string, { seconds, cpu }: Time) =>
    `${name.padEnd(30)} ${shown(seconds)} s (cpu ${shown(cpu)} s)`
  const ratio = (name: string, parts: Time[], than: Time) => {
    const sum = (key: 'seconds' | 'cpu') => parts.reduce((total, part) => total + part[key], 0)
    return `${name.padEnd(30)} ${shown(sum('seconds') / than.seconds)} (cpu ${shown(sum('cpu') / than.cpu)})`
  }
  process.stdout.write(
    [
      `${rows.toLocaleString('en-GB')} rows, ${megabytes} MB`,
      line('read_csv into a table', plain),
      line('the same in our file format', engine),
      line('engine alone, text to Parquet', written),
      line('engine alone, Parquet to table', scanned),
      line('extract', extracted),
      line('load', loaded),
      ratio('ratio of the engine in stages', [written, scanned], engine),
      ratio('ratio in our file format', [extracted, loaded], engine),
      `${ratio('ratio', [extracted, loaded], plain)}, mark ${mark}`,
      '',
    ].join('\n'),
  )
} finally {
  if (existsSync(dir)) await rm(dir, { recursive: true, force: true })
}
