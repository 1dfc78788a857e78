/**
 * What building adds to the statements themselves: `node bench/build-overhead.ts [models] [rows]`, 200 models over
 * tables of 1,000 rows without; one over 10 million rows with `1 10000000`. The same `create table as` goes
 * straight to the engine in the same run, each round in the other order, on a file of its own.
 */

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../pipelines/build/build.ts'
import { orderOf } from '../pipelines/build/plan.ts'
import { readCode } from '../pipelines/build/read.ts'
import type { Db } from '../pipelines/duckdb.ts'
import { silent } from '../pipelines/log.ts'
import type { Project } from '../pipelines/project.ts'
import { generate, openGenerated, openOrders } from './generated.ts'

const [models = 200, rows = 1000] = process.argv.slice(2).map(Number)
const isLarge = rows > 100_000
const rounds = isLarge ? 2 : 3
const asOf = '2030-12-31'

interface Taken {
  wall: number
  cpu: number
}

async function timed(work: () => Promise<unknown>): Promise<Taken> {
  const [from, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - from, cpu: (user + system) / 1000 }
}

/** Does the work on a new file that holds the one table of orders. */
async function onFile(work: (db: Db) => Promise<Taken>, size = rows): Promise<Taken> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-bench-'))
  const db = await openOrders(size, join(dir, 'building.duckdb'))
  try {
    await db.run('checkpoint')
    return await work(db)
  } finally {
    db.close()
    await rm(dir, { recursive: true })
  }
}

/** The models' statements in their order, one after the other. */
async function statementsOf(project: Project): Promise<string[]> {
  const db = await openOrders(1)
  try {
    const code = await readCode(project, db, { external: new Set(['raw.orders']) })
    return orderOf(code.models, code.macros, []).flatMap((model) =>
      model.language === 'sql' ? [`create or replace table ${model.name} as\n${model.select.text}`] : [],
    )
  } finally {
    db.close()
  }
}

const straight = (statements: string[]) => async (db: Db) => {
  await db.run(`create macro as_of() as date '${asOf}'`)
  for (const name of new Set(statements.map((text) => /table (\w+)\./.exec(text)?.[1])))
    await db.run(`create schema ${name}`)
  return timed(async () => {
    for (const text of statements) await db.run(text)
  })
}

const built = (project: Project) => (db: Db) => {
  const ctx = { project, asOf, clock: () => new Date(0), log: silent, env: {} }
  return timed(() => build(ctx, db, { full: false, runId: 'bench' }))
}

const median = (all: number[]): number => all.toSorted((a, b) => a - b)[all.length >> 1] as number

async function compare(tested: boolean) {
  const { dir, tests } = await generate(models, { tested })
  try {
    const project = await openGenerated(dir)
    // What reading found out is kept there from the second build on; `bench/read.ts` measures the first.
    await mkdir(project.paths.var, { recursive: true })
    const statements = await statementsOf(project)
    const pairs: [Taken, Taken][] = []
    // The first of each in a process takes longer.
    for (const work of [straight(statements), built(project)]) await onFile(work, 1000)
    for (let i = 0; i < rounds; i++) {
      const first = i % 2 === 0 ? await onFile(straight(statements)) : undefined
      const ours = await onFile(built(project))
      pairs.push([first ?? (await onFile(straight(statements))), ours])
    }
    for (const what of ['wall', 'cpu'] as const) {
      const plain = median(pairs.map(([one]) => one[what]))
      const more = median(pairs.map(([one, ours]) => ours[what] - one[what]))
      const ratio = median(pairs.map(([one, ours]) => ours[what] / one[what]))
      console.log(
        `${String(tests).padStart(4)} tests, ${what.padEnd(4)}  straight ${(plain / models).toFixed(2).padStart(8)} ms a model, built ${(more / models).toFixed(2).padStart(6)} ms more, ${ratio.toFixed(3)} x`,
      )
    }
  } finally {
    await rm(dir, { recursive: true })
  }
}

console.log(
  `${models} models over ${rows.toLocaleString('en-GB')} rows, ${rounds} rounds; ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`,
)
await compare(false)
if (!isLarge) await compare(true)
