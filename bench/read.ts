/**
 * Reading and planning a project of 1,600 models and 5,000 tests: `node bench/read.ts [models]`.
 * Cold knows nothing of the files; warm has what reading them gave before; one has it of all but one file. Each is
 * measured in processes of their own, beside what the engine alone takes to parse the same texts.
 */

import { execFileSync } from 'node:child_process'
import { appendFile, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LIST, listValue, VARCHAR } from '@duckdb/node-api'
import { plan } from '../pipelines/build/build.ts'
import { silent } from '../pipelines/log.ts'
import { generate, openGenerated, openOrders } from './generated.ts'

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

/** What a process of its own measures: all of the planning, or the engine's part alone. */
const inside: Record<string, (dir: string) => Promise<Taken>> = {
  async plan(dir) {
    const db = await openOrders(1)
    const project = await openGenerated(dir)
    const ctx = { project, asOf: '2022-12-31', clock: () => new Date(0), log: silent, env: {} }
    return timed(() => plan(ctx, db, { full: false }))
  },
  async engine(dir) {
    const db = await openOrders(1)
    return timed(async () => {
      const entries = await readdir(join(dir, 'sql'), { recursive: true, withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile())
      const texts = await Promise.all(
        files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
      )
      await db.connection.runAndReadAll(
        'select json_serialize_sql(text) from (select unnest($1) as text)',
        [listValue(texts)],
        [LIST(VARCHAR)],
      )
    })
  },
}

const again = (what: string, dir: string): Taken =>
  JSON.parse(execFileSync(process.execPath, [import.meta.filename, what, dir], { encoding: 'utf8' })) as Taken

const shown = (name: string, { wall, cpu }: Taken, { cpu: plain }: Taken): string =>
  `${name.padEnd(38)} ${wall.toFixed(0).padStart(7)} ms ${cpu.toFixed(0).padStart(7)} ms CPU ${(cpu / plain).toFixed(1).padStart(6)} x`

const median = (all: Taken[]): Taken => all.toSorted((a, b) => a.wall - b.wall)[all.length >> 1] as Taken

async function main(models: number) {
  const { dir, tests } = await generate(models)
  try {
    const memory = join(dir, 'var', 'read-before.json')
    const [cold, warm, one, engine]: Taken[][] = [[], [], [], []]
    for (let i = 0; i < 3; i++) {
      engine.push(again('engine', dir))
      await rm(memory, { force: true })
      cold.push(again('plan', dir))
      warm.push(again('plan', dir))
      await appendFile(join(dir, 'sql/layer_0/model_0.sql'), `-- ${i}\n`)
      one.push(again('plan', dir))
    }
    const plain = median(engine)
    console.log(`${models} models, ${tests} tests (dbt 1.9, of 1,599 models and 5,000 tests: 174 s, cited)`)
    console.log(shown('engine alone: read, parse to JSON', plain, plain))
    console.log(shown('read and plan, cold', median(cold), plain))
    console.log(shown('read and plan, one file changed', median(one), plain))
    console.log(shown('read and plan, warm', median(warm), plain))
  } finally {
    await rm(dir, { recursive: true })
  }
}

const [what = '1600', dir] = process.argv.slice(2)
const work = dir === undefined ? undefined : inside[what]
if (work) console.log(JSON.stringify(await work(dir as string)))
else await main(Number(what))
