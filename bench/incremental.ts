/**
 * A second night with one day of new rows: a model made by intervals against the same SELECT as a table, both built
 * by the runner in this process, in turns; tests not counted. `node bench/incremental.ts [rows]`, 1,000,000 lines without.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from '../pipelines/build/build.ts'
import { openDatabase } from '../pipelines/duckdb.ts'
import { silent } from '../pipelines/log.ts'
import { openProject } from '../pipelines/project.ts'

const lines = Number(process.argv[2] ?? 1_000_000)
const days = 730
const rounds = 3

const selects = {
  sum: 'select booked_on, product, sum(amount) as amount from raw.lines group by all',
  ranked: `select l.line_id, l.booked_on, o.channel, l.amount,
    rank() over (partition by l.booked_on, o.channel order by l.amount desc) as place
  from raw.lines as l join raw.orders as o on o.order_id = l.order_id and o.ordered_on = l.booked_on`,
}
const keys = { sum: '[booked_on, product]', ranked: '[line_id]' }
const inputs = { sum: 'raw.lines: booked_on', ranked: 'raw.lines: booked_on, raw.orders: ordered_on' }

const dir = await mkdtemp(join(tmpdir(), 'clientele-bench-'))
await writeFile(
  join(dir, 'clientele.config.ts'),
  "export default { name: 'bench', title: 'Bench', timeZone: 'UTC', reportingCurrency: 'GBP' }\n",
)
const texts = Object.entries(selects).flatMap(([name, select]) => {
  const key = name as keyof typeof selects
  const head = `kind: incremental\nincremental: {time: booked_on, interval: month, key: ${keys[key]}, inputs: {${inputs[key]}}}`
  return [
    [`sql/whole/${name}.sql`, select],
    [`sql/parts/${name}.sql`, `/*\n${head}\n*/\n${select}`],
  ] as [string, string][]
})
for (const [path, text] of texts) {
  await mkdir(dirname(join(dir, path)), { recursive: true })
  await writeFile(join(dir, path), text)
}
const opened = await openProject(dir)
const project: typeof opened = {
  ...opened,
  layered: async (folder) =>
    texts
      .filter(([path]) => path.startsWith(`${folder}/`))
      .map(([path]) => ({ key: path.slice(folder.length + 1), path: join(dir, path), shown: path })),
}

const db = await openDatabase(join(dir, 'bench.duckdb'))
const day = `date '2024-01-01' + ((i * ${days}) // ${lines})::int`
await db.run(`
  create schema raw;
  create table raw.lines as select i as line_id, i // 3 as order_id, ${day} as booked_on, i % 500 as product,
    (hash(i) % 10000)::decimal(9, 2) as amount from range(${lines}) as r(i);
  create table raw.orders as select order_id, min(booked_on) as ordered_on, order_id % 7 as channel from raw.lines group by order_id`)

const ctx = { project, asOf: '2026-01-01', clock: () => new Date(0), log: silent, env: {} }
const night = async () => (await build(ctx, db, { full: false, runId: 'bench' })).models
const tell = (title: string, models: Awaited<ReturnType<typeof night>>) => {
  const seconds = (name: string) => models.find((model) => model.name === name)?.seconds ?? 0
  for (const name of Object.keys(selects)) {
    const [whole, parts] = [seconds(`whole.${name}`), seconds(`parts.${name}`)]
    console.log(
      `${title}  ${name}: table ${whole.toFixed(3)} s, by intervals ${parts.toFixed(3)} s, ratio ${(parts / whole).toFixed(2)}`,
    )
  }
}
try {
  tell('first night ', await night())
  for (let round = 1; round <= rounds; round++) {
    await db.run(`
      insert into raw.lines select line_id + ${lines} * ${round}, order_id + ${lines} * ${round}, date '2026-01-01' + ${round}, product, amount
        from raw.lines where booked_on = date '2025-06-01';
      insert into raw.orders select order_id + ${lines} * ${round}, date '2026-01-01' + ${round}, channel
        from raw.orders where ordered_on = date '2025-06-01'`)
    tell(`next night ${round}`, await night())
  }
} finally {
  db.close()
  await rm(dir, { recursive: true, force: true })
}
