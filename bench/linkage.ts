import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { openDatabase } from '../pipelines/duckdb.ts'
import { linkageOf, linkageShape } from '../pipelines/linkage/declaration.ts'
import { defineMacros, runLinkage } from '../pipelines/linkage/run.ts'
import { scoreClusters, scorePairs, scoreRules, scoreThresholds } from './linkage/truth.ts'

/**
 * Links the records of a file and says how well, how fast and in how much memory.
 *
 *   node bench/linkage.ts bench/linkage/febrl.yaml --file ../shared/data/febrl/dataset3.csv
 *
 * The declaration holds `read` (a SELECT that gives record_id, source, truth and the columns compared; the file is
 * `getvariable('file')`) and `linkage` (as in sql/identity/*.linkage.yaml, records: identity.bench_records).
 * `--evidence` prints what each blocking rule brings, and precision and recall by threshold.
 * `--splink PYTHON` runs Splink afterwards on the same people, with the same blocking and comparable comparisons:
 *
 *   node bench/linkage/people.ts --records 50000 --to people.parquet
 *   node bench/linkage.ts bench/linkage/people.yaml --file people.parquet --splink venv/bin/python
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    file: { type: 'string' },
    threads: { type: 'string' },
    memory: { type: 'string' },
    database: { type: 'string', default: ':memory:' },
    'all-thresholds': { type: 'boolean', default: false },
    evidence: { type: 'boolean', default: false },
    splink: { type: 'string' },
  },
})

const { read, linkage: declared } = parse(await readFile(positionals[0] as string, 'utf8'))
const linkage = linkageOf('identity.bench', linkageShape.parse(declared))
const db = await openDatabase(values.database, values.threads ? { threads: Number(values.threads) } : {})
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

await db.run('create schema if not exists identity')
if (values.memory) await db.run(sql`set memory_limit = ${sql.lit(values.memory)}`)
await db.run(sql`set variable file = ${sql.lit(values.file ?? '')}`)
await db.run(sql`create or replace table identity.bench_records as ${sql.raw(read)}`)
await defineMacros(db)

const from = performance.now()
let cpu = process.cpuUsage()
await runLinkage(db, linkage, ({ name }, seconds) => {
  const { user, system } = process.cpuUsage(cpu)
  cpu = process.cpuUsage()
  print({ model: name, seconds: round(seconds, 2), cpu: round((user + system) / 1e6, 2) })
})
const total = process.cpuUsage()
const ours = {
  seconds: round((performance.now() - from) / 1000, 1),
  cpu: round((total.user + total.system) / 1e6, 1),
  peak_megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
}
print(ours)
const [fit] = await db.rows(
  'select any_value(matches) as matches, any_value(iterations) as iterations, bool_and(converged) as converged, any_value(basis) as basis from identity.bench_fit',
)
print({
  ...fit,
  ...(
    await db.rows(
      'select threshold, wrong_share, missed_share from identity.bench_thresholds where is_chosen',
    )
  )[0],
})
print({ pairs: await scorePairs(db, linkage.name) })
print({ clusters: await scoreClusters(db, linkage.name) })
if (values['all-thresholds']) print({ best: await bestThreshold() })
if (values.evidence) {
  console.table(await scoreRules(db, linkage.name))
  console.table(await scoreThresholds(db, linkage.name))
}
db.close()
if (values.splink) await besideSplink(values.splink)

/** The same work by Splink, at once and on the same machine: only the ratio means anything. */
async function besideSplink(python: string): Promise<void> {
  const script = join(import.meta.dirname, 'linkage/splink_people.py')
  const given = ['--file', values.file ?? '', ...(values.threads ? ['--threads', values.threads] : [])]
  const { stdout } = await promisify(execFile)(python, [script, ...given], { maxBuffer: 1 << 26 })
  const splink = JSON.parse(stdout.trim().split('\n').at(-1) as string)
  print({ splink })
  print({
    time_against_splink: round(ours.seconds / splink.seconds, 2),
    cpu_against_splink: round(ours.cpu / splink.cpu, 2),
  })
}

/** Clusters at every threshold from one in five to a million to one. */
async function bestThreshold() {
  const { select } =
    (await import('../pipelines/linkage/models.ts'))
      .modelsOf(linkage)
      .find(({ name }) => name === 'identity.bench_clusters') ?? {}
  let best = { threshold: Number.NaN, f1: 0, precision: 0, recall: 0 }
  for (let threshold = -2; threshold <= 20; threshold += 0.5) {
    await db.run(sql`update identity.bench_thresholds set is_chosen = threshold = ${threshold}`)
    await db.run(sql`create or replace table identity.bench_clusters as ${sql.raw(select as string)}`)
    const score = await scoreClusters(db, linkage.name)
    if (score.f1 > best.f1) best = { threshold, ...score }
  }
  return best
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
