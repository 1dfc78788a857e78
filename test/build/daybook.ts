import { rmSync } from 'node:fs'
import { copyFile, cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { onTestFinished } from 'vitest'
import { type Built, build } from '../../pipelines/build/build.ts'
import type { RenewedIntervals } from '../../pipelines/build/renew.ts'
import type { Restated } from '../../pipelines/build/renewal.ts'
import { type Db, openDatabase, type Row } from '../../pipelines/duckdb.ts'
import type { Log } from '../../pipelines/log.ts'
import type { Project } from '../../pipelines/project.ts'
import { alone, context, scratch } from './alone.ts'

const original = join(import.meta.dirname, '..', 'projects', 'daybook')

/** The project of `test/projects/daybook`, as it stands in the repository. */
export const daybook = (): Promise<Project> => alone(original)

/** A copy of it that a test may change. */
export async function editableDaybook(): Promise<Project> {
  const dir = await scratch()
  await cp(join(original, 'sql'), join(dir, 'sql'), { recursive: true })
  return alone(original, dir)
}

/** Makes the raw tables as load leaves them. */
export const createRaw = (db: Db): Promise<void> =>
  db.run(`
    create schema raw;
    create table raw.orders (order_id integer, shop varchar, placed_at timestamp, amount decimal(9,2), note varchar);
    create table raw.lines (line_id integer, order_id integer, booked_on date, quantity integer);
    create table raw.shops (shop varchar, region varchar)`)

async function inMemory(): Promise<Db> {
  const db = await openDatabase(':memory:', { threads: 1 })
  onTestFinished(() => db.close())
  return db
}

export async function filledDaybook(): Promise<Db> {
  const db = await inMemory()
  await fillDaybook(db)
  return db
}

let first: Promise<string> | undefined

/** The daybook as filled, after its first night; that is made once for all test files of a process. */
export async function builtDaybook(): Promise<Db> {
  first ??= firstNight()
  const path = join(await scratch(), 'building.duckdb')
  await copyFile(await first, path)
  const db = await openDatabase(path, { threads: 1 })
  onTestFinished(() => db.close())
  return db
}

async function firstNight(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-daybook-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  const db = await openDatabase(join(dir, 'building.duckdb'), { threads: 1 })
  await fillDaybook(db)
  await night(await daybook(), db)
  db.close()
  return db.path
}

/** A warehouse with the same raw tables, built from nothing. */
export async function rebuilt(project: Project, db: Db, options: NightOptions = {}): Promise<Db> {
  const other = await inMemory()
  await createRaw(other)
  for (const table of ['orders', 'lines', 'shops']) {
    const rows = await db.rows<{ row: string }>(`select to_json(t)::varchar as row from raw.${table} as t`)
    const all = sql.lit(`[${rows.map(({ row }) => row).join(', ')}]`)
    await other.run(
      sql`insert into ${sql.table(`raw.${table}`)} select unnest(from_json(${all}, ${sql.lit(shapes[table])}), recursive := true)`,
    )
  }
  await night(project, other, options)
  return other
}

/** Three orders in January, two in February, one in March; each with a line. */
export async function fillDaybook(db: Db): Promise<void> {
  await createRaw(db)
  await db.run(`
    insert into raw.shops values ('Leeds', 'North'), ('Bath', 'South');
    insert into raw.orders values
      (1, 'Leeds', '2024-01-05 09:00', 10, null), (2, 'Bath', '2024-01-05 10:00', 20, null),
      (3, 'Bath', '2024-01-30 11:00', 5, null), (4, 'Leeds', '2024-02-10 12:00', 40, null),
      (5, 'Leeds', '2024-02-11 13:00', 1, null), (6, 'Bath', '2024-03-30 14:00', 7, null);
    insert into raw.lines select order_id * 10, order_id, placed_at::date, 1 from raw.orders`)
}

const shapes: Record<string, string> = {
  orders:
    '[{"order_id":"INTEGER","shop":"VARCHAR","placed_at":"TIMESTAMP","amount":"DECIMAL(9,2)","note":"VARCHAR"}]',
  lines: '[{"line_id":"INTEGER","order_id":"INTEGER","booked_on":"DATE","quantity":"INTEGER"}]',
  shops: '[{"shop":"VARCHAR","region":"VARCHAR"}]',
}

export interface NightOptions {
  asOf?: string
  full?: boolean
  select?: string[]
  restate?: Restated
  log?: Log
}

export const night = (project: Project, db: Db, options: NightOptions = {}): Promise<Built> => {
  const { asOf = '2024-03-31', full = false, log, ...rest } = options
  return build(context(project, asOf, log), db, { full, runId: 'a-run', ...rest })
}

/** What was done to the intervals of each incremental model: those made anew, `all` or `none`. */
export const renewed = ({ models }: Built): Record<string, string> =>
  Object.fromEntries(
    models.map(({ name, action, intervals }) => [
      name,
      action === 'reused' ? 'none' : intervals ? labels(intervals) : 'all',
    ]),
  )

const labels = ({ anew }: RenewedIntervals): string =>
  anew.map(({ interval }) => interval).join(' ') || 'none'

/** Every row of every table outside raw, as text, sorted. */
export async function contents(db: Db): Promise<Record<string, string[]>> {
  const tables = await db.rows<{ name: string }>(`
    select schema_name || '.' || table_name as name from duckdb_tables() where schema_name <> 'raw' and not temporary
    union all select schema_name || '.' || view_name from duckdb_views() where not internal order by 1`)
  const found: Record<string, string[]> = {}
  for (const { name } of tables) {
    const rows = await db.rows<Row>(`select * from ${name}`)
    found[name] = rows.map((row) => JSON.stringify(row)).sort()
  }
  return found
}
