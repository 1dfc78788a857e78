import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import { type Db, openDatabase } from '../duckdb.ts'
import { showFolder } from '../durable.ts'
import { type Project, privateDir } from '../project.ts'
import { stands } from '../stands.ts'

/** Something that a pack tells, which the first page of the next one is held against. */
interface Part {
  /** The table that it comes from; a project may lack it. */
  of: string
  columns: Record<string, string>
  rows: RawBuilder<unknown>
}

/** Code of a model as `build changed` has it: its text, macros and parameters, not its inputs nor the as-of date. */
const codeOfModels = sql`
  select m.name, md5(string_agg(p.key || '=' || p.value, ',' order by p.key)) as code
  from ops.models as m, json_each(m.parts_json) as p
  where p.key not in ('as_of', 'runner') and not starts_with(p.key, 'input ')
  group by m.name`

const parts: Record<string, Part> = {
  packs: {
    of: 'ops.run',
    columns: { as_of: 'DATE', run_id: 'VARCHAR', code: 'VARCHAR' },
    rows: sql`select as_of, run_id, code_fingerprint as code from ops.run`,
  },
  figures: {
    of: 'summary.figures',
    columns: {
      code: 'VARCHAR',
      period: 'VARCHAR',
      position: 'INTEGER',
      from_on: 'DATE',
      to_on: 'DATE',
      unit: 'VARCHAR',
      value: 'DOUBLE',
    },
    rows: sql`select * from summary.figures`,
  },
  actions: {
    of: 'summary.actions',
    columns: { report: 'VARCHAR', action: 'VARCHAR', customers: 'BIGINT', prize: 'DECIMAL(18,4)' },
    rows: sql`select report, action, customers, prize from summary.actions`,
  },
  people: {
    of: 'identity.changes',
    columns: { changed_on: 'DATE', change: 'VARCHAR', customers: 'BIGINT' },
    rows: sql`select changed_on, change, count(distinct case change when 'split' then to_customer_id else from_customer_id end) as customers
      from identity.changes group by changed_on, change`,
  },
  models: {
    of: 'ops.models',
    columns: { name: 'VARCHAR', code: 'VARCHAR' },
    rows: codeOfModels,
  },
  warnings: {
    of: 'ops.audits',
    columns: { model: 'VARCHAR', test: 'VARCHAR' },
    rows: sql`select model, test from ops.audits where status <> 'passed'`,
  },
}

/**
 * Writes into the warehouse that is about to be shown what its pack tells, and what the last pack of an earlier day
 * told: `ops.told_<part>`, `pack` is now or before. The first page reads nothing else, so that it is the same whenever
 * the night is made again.
 */
export async function tell(db: Db, project: Project, asOf: string): Promise<void> {
  const before = (await packsKept(project)).filter((day) => day < asOf).at(-1)
  await db.run('create schema if not exists ops')
  for (const [name, part] of Object.entries(parts)) {
    const table = sql.table(`ops.told_${name}`)
    const columns = Object.entries(part.columns).map(
      ([column, type]) => sql`${sql.id(column)} ${sql.raw(type)}`,
    )
    await db.run(sql`create or replace table ${table} (pack varchar, ${sql.join(columns)})`)
    if (await stands(db, part.of))
      await db.run(sql`insert into ${table} by name select 'now' as pack, * from (${part.rows})`)
    const file = join(packsDir(project), before ?? '', `${name}.parquet`)
    if (before === undefined || !existsSync(file)) continue
    // A pack of other code may have told more, or less.
    const known = sql.join(Object.keys(part.columns).map((column) => sql.lit(column)))
    await db.run(sql`insert into ${table} by name
      select 'before' as pack, columns(c -> c in (${known})) from read_parquet(${sql.lit(file)})`)
  }
}

/**
 * Keeps what the published pack tells, in `var/kept/packs/<as-of>/`, before another takes its place. It holds no
 * personal data. Killed half way, the next night does it again.
 */
export async function keepPack(project: Project): Promise<void> {
  const { warehouse } = project.paths
  if (!existsSync(warehouse)) return
  const db = await openDatabase(warehouse, { readOnly: true })
  try {
    if (!(await stands(db, 'ops.run'))) return
    const [run] = await db.rows<{ as_of: string }>('select as_of from ops.run')
    if (!run) return
    const packs = packsDir(project)
    const hidden = join(packs, '.making')
    await rm(hidden, { recursive: true, force: true })
    await privateDir(join(project.paths.var, 'kept'))
    await privateDir(packs)
    await mkdir(hidden, { mode: 0o700 })
    for (const [name, part] of Object.entries(parts)) {
      if (!(await stands(db, part.of))) continue
      await db.run(sql`copy (${part.rows}) to ${sql.lit(join(hidden, `${name}.parquet`))} (format parquet)`)
    }
    await rm(join(packs, run.as_of), { recursive: true, force: true })
    await showFolder(hidden, join(packs, run.as_of))
  } finally {
    db.close()
  }
}

const packsDir = ({ paths }: Project): string => join(paths.var, 'kept', 'packs')

/** As-of dates of the packs that are kept, oldest first. */
const packsKept = async (project: Project): Promise<string[]> =>
  (await readdir(packsDir(project)).catch(() => [])).filter((name) => !name.startsWith('.')).sort()
