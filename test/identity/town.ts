import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../../pipelines/build/build.ts'
import { type Db, openDatabase } from '../../pipelines/duckdb.ts'
import { extract } from '../../pipelines/extract/extract.ts'
import { load } from '../../pipelines/load/load.ts'
import { silent } from '../../pipelines/log.ts'
import { baseDir, openProject } from '../../pipelines/project.ts'
import { keepIds } from '../../pipelines/publish/keep.ts'

/** A record as a till keeps it; `updated` is the day of its last change. */
export interface Member {
  id: string
  name: string
  birth: string
  email: string
  phone: string
  address: string
  postcode: string
  recorded: string
  updated: string
}

export interface Decision {
  left: string
  right: string
  decision: 'same' | 'different'
  day: string
}

const sources = `
kind: files
tables:
  members:
    path: input/members.csv
    format: {type: csv}
    key: [id]
    columns: {id: {type: VARCHAR, not_null: true}, name: VARCHAR, birth: DATE, email: VARCHAR, phone: VARCHAR, address: VARCHAR, postcode: VARCHAR, recorded: DATE, updated: DATE}
  decisions:
    path: input/decisions.csv
    format: {type: csv}
    columns: {left_id: VARCHAR, right_id: VARCHAR, decision: VARCHAR, day: DATE}
`

const staging: Record<string, { from: string; columns: Record<string, string> }> = {
  persons: {
    from: 'raw.members',
    columns: {
      person_id: 'id',
      source: "'till'",
      recorded_on: 'recorded',
      updated_at: 'updated',
      full_name: 'name',
      birth_date: 'birth',
      email: 'email',
      phone: 'phone',
      address: 'address',
      city: "'York'",
      postcode: 'postcode',
      country: "'GB'",
      status: "'active'",
    },
  },
  match_decisions: {
    from: 'raw.decisions',
    columns: {
      decision_id: "left_id || '-' || right_id",
      record_kind: "'person'",
      left_id: 'left_id',
      right_id: 'right_id',
      decision: 'decision',
      decided_on: 'day',
    },
  },
}

/** The base's empty table, with some columns filled. */
async function filled(table: string): Promise<string> {
  const { from, columns } = staging[table] as (typeof staging)[string]
  const base = await readFile(join(baseDir, 'sql/staging', `${table}.sql`), 'utf8')
  const body = base.slice(base.indexOf('*/') + 2).replace('where false', `from ${from}`)
  return Object.entries(columns).reduce(
    (text, [column, value]) =>
      text.replace(new RegExp(`cast\\(null as (.*)\\) as ${column}\\b`), `cast(${value} as $1) as ${column}`),
    body,
  )
}

const csv = (header: string, rows: object[]) =>
  [
    header,
    ...rows.map((row) =>
      Object.values(row)
        .map((value) => `"${value}"`)
        .join(','),
    ),
  ].join('\n')

export interface Town {
  dir: string
  /** One night: what is delivered, what the models make of it, and what is kept for the next. */
  night(asOf: string, members: Member[], decisions: Decision[], full?: boolean): Promise<void>
  warehouse(): Promise<Db>
  close(): Promise<void>
}

/** A project of its own with nothing but members, decisions by hand and the ids it keeps. */
export async function openTown(): Promise<Town> {
  const dir = await mkdtemp(join(tmpdir(), 'clientele-town-'))
  for (const folder of ['sources', 'sql/staging', 'input'])
    await mkdir(join(dir, folder), { recursive: true })
  await writeFile(
    join(dir, 'clientele.config.ts'),
    "export default { name: 'town', title: { en: 'Town' }, timeZone: 'Europe/London', reportingCurrency: 'GBP' }\n",
  )
  await writeFile(join(dir, 'sources/till.yaml'), sources)
  for (const kept of ['sources/kept.yaml', 'sql/staging/given_ids.sql'])
    await writeFile(join(dir, kept), await readFile(join(baseDir, 'data/demo', kept), 'utf8'))
  for (const table of Object.keys(staging))
    await writeFile(join(dir, `sql/staging/${table}.sql`), await filled(table))
  const project = await openProject(dir)
  // Nights build on each other in memory, on one thread: of few rows two threads make a third more work.
  let warehouse: Promise<Db>
  const start = () => {
    warehouse?.then((db) => db.close())
    warehouse = openDatabase(':memory:', { threads: 1 })
  }
  start()
  return {
    dir,
    async night(asOf, members, decisions, full = false) {
      await writeFile(
        join(dir, 'input/members.csv'),
        csv('id,name,birth,email,phone,address,postcode,recorded,updated', members),
      )
      await writeFile(join(dir, 'input/decisions.csv'), csv('left_id,right_id,decision,day', decisions))
      const ctx = { project, asOf, clock: () => new Date(0), log: silent, env: {} }
      await extract(ctx)
      if (full) start()
      const db = await warehouse
      await load(ctx, db, { full })
      await build(ctx, db, { full, runId: `${asOf}-00000000`, select: ['+identity.changes'] })
      await keepIds(db, project)
    },
    warehouse: () => warehouse,
    async close() {
      ;(await warehouse).close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
