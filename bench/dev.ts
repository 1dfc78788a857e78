/**
 * From saving a leaf model of the demo to its rows and difference on screen: `node bench/dev.ts [saves]`, 12 without.
 * It needs a demo that is published by this code (`npm run nightly`, about a minute) and leaves it as it is: the
 * model that is edited stands in a project of its own, over a link to the demo's warehouse.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { cp, link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '../pipelines/duckdb.ts'
import { baseDir, openProject, type Project } from '../pipelines/project.ts'

const leaf = 'rfm/migration.sql'
const table = 'rfm.migration'

/** The demo with the leaf as a file of its own, in a folder beside it: a link does not cross file systems. */
async function overDemo({ dir, paths }: Project): Promise<string> {
  const own = await mkdtemp(join(paths.var, 'bench-'))
  const config = JSON.stringify(join(dir, 'clientele.config.ts'))
  await writeFile(join(own, 'clientele.config.ts'), `export { default } from ${config}\n`)
  for (const part of ['sources', 'sql']) await cp(join(dir, part), join(own, part), { recursive: true })
  await mkdir(join(own, 'sql/rfm'), { recursive: true })
  await cp(join(baseDir, 'sql', leaf), join(own, 'sql', leaf))
  await mkdir(join(own, 'var'))
  await link(paths.warehouse, join(own, 'var/warehouse.duckdb'))
  return own
}

/** The last line of a pass: `1 model made, 75 read from …; 6 tests run; 0.12 s`. */
const ended = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    const onData = (data: Buffer) => {
      text += data
      if (!/tests? run.*; [\d.]+ s\n$/.test(text)) return
      child.stdout?.off('data', onData)
      resolve(text)
    }
    child.stdout?.on('data', onData)
  })

async function saves(dir: string, count: number): Promise<number[]> {
  const args = [join(baseDir, 'pipelines/clientele.js'), 'dev', '--project', dir, '--user', 'bench']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.once('exit', (code) => code && process.exit(code))
  const path = join(dir, 'sql', leaf)
  const text = await readFile(path, 'utf8')
  const taken: number[] = []
  try {
    const first = await ended(child)
    if (!/ 0 tests run/.test(first)) throw new Error('the demo was published by other code: npm run nightly')
    for (let i = 0; i < count; i++) {
      await wait(100)
      const from = performance.now()
      const pass = ended(child)
      await writeFile(path, `${text.trimEnd()}\nlimit ${1_000_000 + i}\n`)
      const screen = await pass
      taken.push(performance.now() - from)
      if (!screen.includes(`${table}: `)) throw new Error(`no difference on screen:\n${screen}`)
    }
  } finally {
    child.kill('SIGINT')
  }
  return taken
}

/** The model's own statement, sent straight to the engine. */
async function plain(dir: string, warehouse: string, count: number): Promise<number[]> {
  const db = await openDatabase(join(dir, 'plain.duckdb'))
  const text = await readFile(join(baseDir, 'sql', leaf), 'utf8')
  const taken: number[] = []
  try {
    await db.run(`attach '${warehouse.replaceAll("'", "''")}' as warehouse (read_only)`)
    await db.run('create schema own; use warehouse')
    for (let i = 0; i < count; i++) {
      const from = performance.now()
      await db.run(`create or replace table plain.own.migration as ${text}`)
      taken.push(performance.now() - from)
    }
  } finally {
    db.close()
  }
  return taken
}

const median = (all: number[]): number => all.toSorted((a, b) => a - b)[all.length >> 1] as number
const count = Number(process.argv[2] ?? 12)
const project = await openProject(join(baseDir, 'data/demo'))
const dir = await overDemo(project)
try {
  const [taken, engine] = [await saves(dir, count), await plain(dir, project.paths.warehouse, count)]
  const load = loadavg()[0]?.toFixed(1)
  console.log(`${count} saves of ${table} in dev; ${cpus().length} cores, load ${load}`)
  const line = (name: string, all: number[]) =>
    `${name.padEnd(44)} median ${median(all).toFixed(0).padStart(5)} ms   least ${Math.min(...all)
      .toFixed(0)
      .padStart(5)} ms   ${(median(all) / median(engine)).toFixed(1)} x`
  console.log(line('its statement alone, straight to the engine', engine))
  console.log(line('save to rows, tests and difference on screen', taken))
} finally {
  await rm(dir, { recursive: true, force: true })
}
