import { sql } from 'kysely'
import { composer, type Db } from '../duckdb.ts'
import type { Kind } from './head.ts'

/** A column as kept in `ops.models.columns_json`. */
export interface StoredColumn {
  name: string
  type: string
  description: string | null
  pii: 'direct' | 'indirect' | null
}

export interface ModelRow {
  name: string
  fingerprint: string
  kind: Kind
  rows: number
  columns_json: string
  description: string | null
  grain: string | null
  /** What the fingerprint was taken over. */
  parts_json: string
}

export interface AuditRow {
  /** `schema.table`, or `sql/tests` for a test that belongs to no one model. */
  model: string
  test: string
  severity: 'error' | 'warn'
  status: 'passed' | 'warned' | 'failed'
  failing_rows: number
  fingerprint: string
}

/** What the build finds in the copy it builds on. */
export interface Standing {
  engine: string
  /** Tables and views by `schema.table`. */
  objects: Map<string, 'table' | 'view'>
  /** Text of the macros that earlier builds made. */
  macros: Map<string, string>
  models: Map<string, ModelRow>
  audits: AuditRow[]
  /** `ops.inputs`: fingerprint of each table of `raw`. */
  inputs: Map<string, string>
}

/** The runner's own tables. None holds a clock value: two builds of the same night are equal in them too. */
const ownTables: Record<string, Record<string, string>> = {
  'ops.models': {
    name: 'VARCHAR',
    fingerprint: 'VARCHAR',
    kind: 'VARCHAR',
    rows: 'BIGINT',
    columns_json: 'VARCHAR',
    description: 'VARCHAR',
    grain: 'VARCHAR',
    parts_json: 'VARCHAR',
  },
  'ops.audits': {
    model: 'VARCHAR',
    test: 'VARCHAR',
    severity: 'VARCHAR',
    status: 'VARCHAR',
    failing_rows: 'BIGINT',
    fingerprint: 'VARCHAR',
  },
  /** What incremental models were made from; a null interval holds the rows that have no day. */
  'ops.intervals': {
    model: 'VARCHAR',
    input: 'VARCHAR',
    interval_start: 'DATE',
    rows: 'BIGINT',
    digest: 'VARCHAR',
  },
  'ops.parameters': { name: 'VARCHAR', value_number: 'DOUBLE', value_text: 'VARCHAR' },
  'ops.macros': { name: 'VARCHAR', text: 'VARCHAR' },
  'ops.run': {
    run_id: 'VARCHAR',
    as_of: 'DATE',
    code_fingerprint: 'VARCHAR',
    landing_fingerprint: 'VARCHAR',
    reporting_currency: 'VARCHAR',
  },
  'audit.failures': { model: 'VARCHAR', test: 'VARCHAR', row: 'VARCHAR' },
}

interface ColumnRow {
  table_name: string
  kind: 'table' | 'view'
  columns: string
}

/** Reads what stands, and makes the runner's own tables where they are missing or of another shape. */
export async function readStanding(db: Db): Promise<Standing> {
  const objects = await db.rows<ColumnRow>(`
    select schema_name || '.' || table_name as table_name, 'table' as kind,
      case when schema_name in ('ops', 'audit') then (
        select string_agg(column_name || ' ' || data_type, ', ' order by column_index) from duckdb_columns() c
        where c.table_oid = t.table_oid and c.database_name = current_database()) end as columns
    from duckdb_tables() t where database_name = current_database() and not temporary
    union all
    select schema_name || '.' || view_name, 'view', null
    from duckdb_views() where database_name = current_database() and not internal and not temporary`)
  const shapes = new Map(objects.map(({ table_name, columns }) => [table_name, columns]))
  await makeOwnTables(db, shapes)
  const [version] = await db.rows<{ version: string }>('select version() as version')
  const macros = await db.rows<{ name: string; text: string }>('select name, text from ops.macros')
  const models = await db.rows<ModelRow>('select * from ops.models')
  const inputs = shapes.has('ops.inputs')
    ? await db.rows<{ table_name: string; fingerprint: string }>(
        'select table_name, fingerprint from ops.inputs',
      )
    : []
  return {
    engine: version?.version ?? '',
    objects: new Map(objects.map(({ table_name, kind }) => [table_name, kind])),
    macros: new Map(macros.map(({ name, text }) => [name, text])),
    models: new Map(models.map((row) => [row.name, row])),
    audits: await db.rows<AuditRow>('select * from ops.audits'),
    inputs: new Map(inputs.map(({ table_name, fingerprint }) => [table_name, fingerprint])),
  }
}

async function makeOwnTables(db: Db, shapes: ReadonlyMap<string, string | null>): Promise<void> {
  for (const [table, columns] of Object.entries(ownTables)) {
    const shape = Object.entries(columns)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')
    if (shapes.get(table) === shape) continue
    const [schema] = table.split('.') as [string]
    await db.run(sql`create schema if not exists ${sql.id(schema)}`)
    const typed = sql.join(
      Object.entries(columns).map(([name, type]) => sql`${sql.id(name)} ${sql.raw(type)}`),
    )
    await db.run(sql`create or replace table ${sql.table(table)} (${typed})`)
  }
}

/** Writes rows of `ops.models`. */
export interface ModelWriter {
  /** Within the caller's transaction. */
  insert(row: ModelRow): Promise<void>
  /** With others, at the latest by `flush`. Until then the table counts as not made: a build that is killed makes it again. */
  later(row: ModelRow): Promise<void>
  flush(): Promise<void>
  close(): void
}

/** Rows that are written at once. */
const rowsAtOnce = 50

export async function openModelWriter(db: Db): Promise<ModelWriter> {
  const names = Object.keys(ownTables['ops.models'] as object) as (keyof ModelRow)[]
  const values = sql.join(names.map((name) => sql`${name}`))
  const prepared = await db.connection.prepare(
    sql`insert into ops.models values (${values})`.compile(composer).sql,
  )
  let waiting: ModelRow[] = []
  const flush = async () => {
    const rows = waiting
    waiting = []
    await appendRows(db, 'ops.models', rows)
  }
  return {
    async insert(row) {
      prepared.bind(names.map((name) => row[name]))
      await prepared.run()
    },
    async later(row) {
      waiting.push(row)
      if (waiting.length >= rowsAtOnce) await flush()
    },
    flush,
    close: () => prepared.destroySync(),
  }
}

/** A failing row that is kept: JSON, personal columns masked. */
export interface FailureRow {
  model: string
  test: string
  row: string
}

/** Writes audits with the failing rows that were kept, in one transaction. */
export const insertAudits = (
  db: Db,
  audits: readonly AuditRow[],
  failures: readonly FailureRow[],
): Promise<void> =>
  db.transaction(async () => {
    await appendRows(db, 'ops.audits', audits)
    await appendRows(db, 'audit.failures', failures)
  })

/** Thousands of rows would be tens of thousands of parameters: they go in as one. */
async function appendRows<T extends object>(db: Db, table: string, rows: readonly T[]): Promise<void> {
  if (rows.length === 0) return
  const shape = JSON.stringify([ownTables[table]])
  await db.run(sql`insert into ${sql.table(table)} by name
    select unnest(from_json(${JSON.stringify(rows)}, ${sql.lit(shape)}), recursive := true)`)
}

/** Forgets the models and audits that are to be made anew, so that no row tells of a table that is not there. */
export async function forget(
  db: Db,
  models: readonly string[],
  audits: readonly { model: string; test: string }[],
): Promise<void> {
  if (models.length + audits.length === 0) return
  const among = (column: string, names: readonly string[]) =>
    sql`${sql.id(column)} in (select unnest(cast(${JSON.stringify(names)} as json)::varchar[]))`
  await db.transaction(async () => {
    if (models.length > 0) await db.run(sql`delete from ops.models where ${among('name', models)}`)
    const keys = audits.map(({ model, test }) => `${model}\n${test}`)
    if (keys.length === 0) return
    for (const table of ['ops.audits', 'audit.failures']) {
      const names = sql`select unnest(cast(${JSON.stringify(keys)} as json)::varchar[])`
      await db.run(sql`delete from ${sql.table(table)} where model || ${'\n'} || test in (${names})`)
    }
  })
}
