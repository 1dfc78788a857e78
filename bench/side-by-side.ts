/**
 * Would independent models gain from being made side by side? `node bench/side-by-side.ts [rounds]`, one without.
 * Every SQL model of the demo is made in a file of its own over the demo's published tables, by one connection and by
 * two, each model as soon as those it reads are there. It needs a demo that is published (`npm run nightly`).
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { inputsOf, orderOf } from '../pipelines/build/plan.ts'
import { readCode } from '../pipelines/build/read.ts'
import type { SqlModel } from '../pipelines/build/source.ts'
import { openDatabase } from '../pipelines/duckdb.ts'
import { baseDir, openProject } from '../pipelines/project.ts'

interface Task {
  name: string
  statement: string
  /** Tasks that come before. */
  inputs: string[]
}

const project = await openProject(join(baseDir, 'data/demo'))

/** Models that are made of others only by way of SQL; what a TypeScript model makes is read as published. */
async function tasksOf(): Promise<Task[]> {
  const db = await openDatabase(project.paths.warehouse, { readOnly: true })
  try {
    const raw = await db.rows<{ name: string }>(`
      select schema_name || '.' || table_name as name from duckdb_tables() where schema_name in ('raw', 'quarantine', 'ops')
      union all select schema_name || '.' || view_name from duckdb_views() where schema_name = 'raw'`)
    const code = await readCode(project, db, { external: new Set(raw.map(({ name }) => name)) })
    return orderOf(code.models, code.macros, [])
      .filter((model): model is SqlModel => model.language === 'sql' && model.head.kind === 'table')
      .map((model) => ({
        name: model.name,
        statement: `create table own.${model.name} as\n${model.select.text}`,
        inputs: inputsOf(model, code.models, code.macros),
      }))
  } finally {
    db.close()
  }
}

/** Wall time of all tasks. Each reads published tables: what is compared is the order, not the rows. */
async function made(tasks: Task[], connections: number): Promise<{ wall: number; cpu: number }> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-bench-'))
  const instance = await DuckDBInstance.create(':memory:')
  try {
    const first = await instance.connect()
    await first.run(`attach '${project.paths.warehouse.replaceAll("'", "''")}' as warehouse (read_only)`)
    await first.run(`attach '${join(dir, 'own.duckdb')}' as own`)
    for (const schema of new Set(tasks.map(({ name }) => name.split('.')[0])))
      await first.run(`create schema own.${schema}`)
    const known = new Set(tasks.map(({ name }) => name))
    const done = new Map<string, Promise<void>>()
    const all: (typeof first)[] = []
    for (let i = 0; i < connections; i++) {
      const connection = await instance.connect()
      await connection.run('use warehouse')
      all.push(connection)
    }
    const [from, before] = [performance.now(), process.cpuUsage()]
    const waiting = [...tasks]
    const work = async (connection: typeof first) => {
      for (let next = take(); next; next = take()) {
        const { name, statement, inputs } = next
        const making = Promise.all(inputs.filter((one) => known.has(one)).map((one) => done.get(one))).then(
          async () => void (await connection.run(statement)),
        )
        done.set(name, making)
        await making
      }
    }
    const take = () => waiting.shift()
    await Promise.all(all.map(work))
    const { user, system } = process.cpuUsage(before)
    return { wall: (performance.now() - from) / 1000, cpu: (user + system) / 1e6 }
  } finally {
    instance.closeSync()
    await rm(dir, { recursive: true, force: true })
  }
}

const tasks = await tasksOf()
console.log(
  `${tasks.length} SQL models of the demo; ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`,
)
for (let i = 0; i < Number(process.argv[2] ?? 1); i++) {
  const one = await made(tasks, 1)
  const two = await made(tasks, 2)
  const told = ({ wall, cpu }: typeof one) => `${wall.toFixed(1)} s wall, ${cpu.toFixed(1)} s CPU`
  console.log(
    `one connection ${told(one)}; two ${told(two)}; wall ${(two.wall / one.wall).toFixed(2)} x, CPU ${(two.cpu / one.cpu).toFixed(2)} x`,
  )
}
