import { sql } from 'kysely'
import type { StoredColumn } from '../build/store.ts'
import type { Db } from '../duckdb.ts'
import { usageError } from '../error.ts'
import { didYouMean } from '../near-miss.ts'
import type { Project } from '../project.ts'
import { deliveredColumns } from '../raw.ts'
import { type Catalogue, catalogues } from './catalogues.ts'

export interface ColumnFacts {
  name: string
  /** As the engine prints it. */
  type: string
  description: string | null
  /** Whether its values may be read; unknown when neither a model nor a contract tells of the column. */
  pii: 'direct' | 'indirect' | 'unknown' | null
}

/** What is known of a table besides its rows. */
export interface TableFacts {
  /** `schema.table` */
  name: string
  kind: 'table' | 'view'
  description: string | null
  grain: string | null
  columns: ColumnFacts[]
  /** Columns of each `unique` test, as kept in `ops.audits`. */
  uniques: string[][]
}

interface ObjectRow {
  name: string
  kind: 'table' | 'view'
}

/** Tables and views of a database by `schema.table`. */
export async function objectsIn(db: Db, catalogue: Catalogue): Promise<Map<string, 'table' | 'view'>> {
  const rows = await db.rows<ObjectRow>(sql`
    select schema_name || '.' || table_name as name, 'table' as kind
    from duckdb_tables() where database_name = ${sql.lit(catalogue)} and not temporary
    union all
    select schema_name || '.' || view_name, 'view'
    from duckdb_views() where database_name = ${sql.lit(catalogue)} and not internal
    order by name`)
  return new Map(rows.map(({ name, kind }) => [name, kind]))
}

/** Reads what a database tells of a table. Throws a usage error when it has none of that name. */
export async function tableFacts(
  db: Db,
  project: Project,
  catalogue: Catalogue,
  name: string,
): Promise<TableFacts> {
  const objects = await objectsIn(db, catalogue)
  const kind = objects.get(name)
  if (!kind) {
    throw usageError({
      what: `no table is called ${name}`,
      how: didYouMean(name, objects.keys()) ?? 'Write schema.table, as core.customers.',
    })
  }
  const [schema, table] = name.split('.') as [string, string]
  const columns = await db.rows<{ name: string; type: string }>(sql`
    select column_name as name, data_type as type from duckdb_columns()
    where database_name = ${sql.lit(catalogue)} and schema_name = ${sql.lit(schema)}
      and table_name = ${sql.lit(table)}
    order by column_index`)
  const stored = objects.has('ops.models')
    ? ((await storedFacts(db, catalogue, name)) ?? (await storedFacts(db, catalogues.published, name)))
    : undefined
  const contract = stored ? undefined : (await deliveredColumns(project)).get(name)
  const known = new Map((stored?.columns ?? contract)?.map((column) => [column.name, column]))
  return {
    name,
    kind,
    description: stored?.description ?? null,
    grain: stored?.grain ?? null,
    uniques: objects.has('ops.audits') ? await uniquesOf(db, catalogue, name) : [],
    columns: columns.map((column) => ({
      ...column,
      description: known.get(column.name)?.description ?? null,
      pii: known.has(column.name) ? (known.get(column.name)?.pii ?? null) : unmarked(name, column.name),
    })),
  }
}

/** The runner's own tables hold no personal data (failing rows are masked); nor do its own columns of raw tables. */
const unmarked = (table: string, column: string): 'unknown' | null =>
  /^(ops|audit)\./.test(table) || column.startsWith('_') ? null : 'unknown'

type Told = Pick<StoredColumn, 'name' | 'description' | 'pii'>

async function storedFacts(db: Db, catalogue: Catalogue, name: string) {
  const [row] = await db.rows<{ columns_json: string; description: string | null; grain: string | null }>(
    sql`select columns_json, description, grain from ${sql.id(catalogue, 'ops', 'models')}
      where name = ${sql.lit(name)}`,
  )
  return row && { ...row, columns: JSON.parse(row.columns_json) as Told[] }
}

async function uniquesOf(db: Db, catalogue: Catalogue, name: string): Promise<string[][]> {
  const rows = await db.rows<{ test: string }>(
    sql`select test from ${sql.id(catalogue, 'ops', 'audits')}
      where model = ${sql.lit(name)} and starts_with(test, 'unique(')`,
  )
  return rows.map(({ test }) => test.slice('unique('.length, -1).split(', '))
}
