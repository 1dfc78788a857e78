import { sql } from 'kysely'
import { describe } from '../../pipelines/build/columns.ts'
import { orderOf } from '../../pipelines/build/plan.ts'
import { readCode } from '../../pipelines/build/read.ts'
import type { SqlModel } from '../../pipelines/build/source.ts'
import { deliveredTables } from '../../pipelines/catalog/delivered.ts'
import { readSources } from '../../pipelines/contract.ts'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import type { Project } from '../../pipelines/project.ts'

export interface EngineColumn {
  name: string
  type: string
}

/** All tables of a project, empty, in a database of their own: what the engine itself says of every model. */
export interface Engine {
  db: Db
  models: SqlModel[]
  columns: Map<string, EngineColumn[]>
  /** Words that the code compares with: data made of them get through its filters. */
  words: string[]
  /** Which of its two values each column of a table shows, once there are any. */
  shown: Map<string, string>
}

export async function openEngine(project: Project): Promise<Engine> {
  const db = await openDatabase(':memory:', { threads: 1 })
  const columns = new Map<string, EngineColumn[]>()
  const make = async (name: string, given: EngineColumn[]) => {
    columns.set(name, given)
    await db.run(sql`create schema if not exists ${sql.id(name.split('.')[0] as string)}`)
    const typed = given.map((column) => sql`${sql.id(column.name)} ${sql.raw(column.type)}`)
    await db.run(sql`create table ${sql.table(name)} (${sql.join(typed)})`)
  }
  const types: Record<string, string> = {
    _row: 'BIGINT',
    _valid_from: 'DATE',
    _valid_to: 'DATE',
    record: 'JSON',
    reasons: 'VARCHAR[]',
  }
  const contracts = (await readSources(project)).flatMap(({ tables }) =>
    tables.flatMap((table) => table.columns),
  )
  for (const { name, type } of contracts) types[name] ??= type
  const counts = ['sequence', 'read', 'loaded', 'quarantined', 'superseded', 'deleted']
  for (const { name, columns: given } of await deliveredTables(project)) {
    await make(
      name,
      given.map((column) => ({
        name: column.name,
        type: column.type ?? (counts.includes(column.name) ? 'BIGINT' : (types[column.name] ?? 'VARCHAR')),
      })),
    )
  }
  // Columns are told by the binder alone.
  await db.run('pragma disable_optimizer')
  const code = await readCode(project, db, { external: new Set(columns.keys()) })
  await defineRunnerMacros(db, project)
  const macros = new Map(code.macros)
  const models: SqlModel[] = []
  for (const model of orderOf(code.models, code.macros, [])) {
    // A macro can be made once the tables and macros that it reads are there.
    for (const { name, text } of macros.values()) {
      await db.run(`create macro ${text}`).then(
        () => macros.delete(name),
        () => undefined,
      )
    }
    const declared = Object.entries(model.head.columns).map(([name, { type = 'VARCHAR' }]) => ({
      name,
      type,
    }))
    await make(model.name, model.language === 'ts' ? declared : await describe(db, model.select.text))
    if (model.language === 'sql') models.push(model)
  }
  await db.run('pragma enable_optimizer')
  const texts = [
    ...models.map((model) => model.select.text.slice(model.bodyStart)),
    ...[...code.macros.values()].map(({ text }) => text),
  ]
  const words = new Set(
    texts.flatMap((text) => [...text.matchAll(/'([\w -]+)'/g)].map(([, word]) => word as string)),
  )
  return { db, models, columns, words: [...words].sort(), shown: new Map() }
}

async function defineRunnerMacros(db: Db, { config }: Project): Promise<void> {
  const values = Object.entries(config.params).map(
    ([name, value]) => sql`when ${sql.lit(name)} then ${sql.lit(value)}::double`,
  )
  await db.run(`create macro as_of() as date '2025-06-30'`)
  await db.run(sql`create macro param(name) as case name ${sql.join(values, sql` `)} end`)
  await db.run(sql`create macro text_param(name) as ${sql.lit(config.reportingCurrency)}`)
}
