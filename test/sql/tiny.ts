import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { build } from '../../pipelines/build/build.ts'
import { type Db, openDatabase, type Row } from '../../pipelines/duckdb.ts'
import { silent } from '../../pipelines/log.ts'
import { baseDir, openProject } from '../../pipelines/project.ts'

/** Rows of the canonical staging tables, few enough to follow by hand; what is left out is null. */
export interface Tiny {
  asOf: string
  reportingCurrency?: string
  params?: Record<string, number>
  /** What is looked at, as a build selects it; all models when absent. */
  select?: string[]
  staging: Record<string, Record<string, unknown>[]>
}

/** Builds the models of the base on these rows, audits included, for all tests of a file. */
export async function buildTiny({
  asOf,
  reportingCurrency = 'GBP',
  params = {},
  select,
  staging,
}: Tiny): Promise<Db> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-tiny-'))
  const config = { name: 'tiny', title: 'Tiny', timeZone: 'Europe/London', reportingCurrency, params }
  await writeFile(join(dir, 'clientele.config.ts'), `export default ${JSON.stringify(config)}\n`)
  await mkdir(join(dir, 'sql', 'staging'), { recursive: true })
  for (const [table, rows] of Object.entries(staging)) {
    await writeFile(join(dir, 'sql', 'staging', `${table}.sql`), await selectOf(table, rows))
  }
  afterAll(() => rm(dir, { recursive: true, force: true }))
  const db = await openDatabase(join(dir, 'building.duckdb'), { unlogged: true, threads: 1 })
  afterAll(() => db.close())
  const project = await openProject(dir)
  const context = { project, asOf, clock: () => new Date(0), log: silent, env: {} }
  await build(context, db, { full: true, runId: `${asOf}-00000000`, ...(select ? { select } : {}) })
  return db
}

/** The base's empty table says which columns there are, and of which type. */
async function selectOf(table: string, rows: Record<string, unknown>[]): Promise<string> {
  const base = await readFile(join(baseDir, 'sql', 'staging', `${table}.sql`), 'utf8')
  const columns = [...base.matchAll(/cast\(null as ([\w() ,]+)\) as (\w+)/g)].map(([, type, name]) => ({
    type,
    name,
  }))
  const strange = rows.flatMap(Object.keys).find((name) => !columns.some((column) => column.name === name))
  if (strange) throw new Error(`staging.${table} has no column ${strange}`)
  const values = rows.map((row) => `(${columns.map(({ name }) => literal(row[name as string])).join(', ')})`)
  const casts = columns.map(({ type, name }) => `cast(${name} as ${type}) as ${name}`)
  const names = columns.map(({ name }) => name)
  return `with given (${names.join(', ')}) as (values ${values.join(',\n')})\nselect ${casts.join(', ')} from given\n`
}

const literal = (value: unknown): string =>
  value === null || value === undefined ? 'null' : `'${String(value).replaceAll("'", "''")}'`

/** A person's purchases, one order of one line each: a day and an amount. */
export function purchases(person: string, days: [day: string, amount: number][]) {
  return {
    orders: days.map(([day], i) => ({
      order_id: `${person}-${i + 1}`,
      customer_kind: 'person',
      person_id: person,
      ordered_at: `${day} 12:00:00`,
      order_class: 'retail',
      currency: 'GBP',
      status: 'completed',
    })),
    order_lines: days.map(([, amount], i) => ({
      line_id: `${person}-${i + 1}-1`,
      order_id: `${person}-${i + 1}`,
      quantity: 1,
      unit_price: amount,
      discount: 0,
      net_amount: amount,
    })),
  }
}

export const person = (id: string, country = 'GB', more: Row = {}) => ({
  person_id: id,
  source: 'till',
  recorded_on: '2020-01-01',
  country,
  status: 'active',
  ...more,
})
