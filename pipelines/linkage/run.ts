import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Db } from '../duckdb.ts'
import { linkageFit } from '../fit/linkage-table.ts'
import { baseDir } from '../project.ts'
import type { Linkage } from './declaration.ts'
import { type LinkageModel, modelsOf } from './models.ts'

/** Makes the macros that linkage models call. */
export const defineMacros = async (db: Db): Promise<void> =>
  db.run(await readFile(join(baseDir, 'sql', 'macros', 'linkage.sql'), 'utf8'))

/**
 * Runs the models of a linkage one after the other on a database that holds its records: for benchmarks and tests,
 * without a project. `after` is called with each model and the seconds it took.
 */
export async function runLinkage(
  db: Db,
  linkage: Linkage,
  after: (model: LinkageModel, seconds: number) => void = () => {},
): Promise<void> {
  for (const model of modelsOf(linkage)) {
    const from = performance.now()
    if (model.select) {
      const kind = sql.raw(model.head.kind === 'view' ? 'view' : 'table')
      await db.run(sql`create or replace ${kind} ${sql.table(model.name)} as ${sql.raw(model.select)}`)
    } else await runFit(db, linkage.name)
    after(model, (performance.now() - from) / 1000)
  }
}

async function runFit(db: Db, name: string): Promise<void> {
  const { inputs, columns, run } = linkageFit(name)
  const read = Object.fromEntries(
    await Promise.all(
      Object.entries(inputs).map(async ([key, text]) => [key, await db.arrow(text)] as const),
    ),
  )
  const made = run({ inputs: read as never }) as unknown as Record<string, unknown[]>
  const names = Object.keys(columns) as (keyof typeof columns)[]
  const types = names.map((column) => sql`${sql.id(column)} ${sql.raw(columns[column].type)}`)
  await db.run(sql`create or replace table ${sql.table(`${name}_fit`)} (${sql.join(types)})`)
  const size = (made.comparison as unknown[]).length
  for (let i = 0; i < size; i += 1) {
    const row = names.map((column) => (made[column] as unknown[])[i] ?? null)
    await db.run(sql`insert into ${sql.table(`${name}_fit`)} values (${sql.join(row)})`)
  }
}
