import { type RawBuilder, sql } from 'kysely'
import type { Cell, Db, Row } from '../duckdb.ts'
import { faultOf, withPositions } from '../engine-error.ts'
import { ClienteleError, type Fault, type Place, throwFaults } from '../error.ts'
import type { Query } from './query-file.ts'

/** What a page is told beside the rows: where they came from. */
export interface Origin {
  query: string
  file: string
  line: number
  /** Warehouse tables the query reads, as `core.orders`; sorted. */
  models: string[]
  columns: string[]
}

export type Rows = Row[]

/** Rows by query name; a query marked `:one` gives its row. */
export type Results = Record<string, Rows | Row>

const origins = new WeakMap<object, Origin>()

/** Where rows handed to a block came from; undefined for anything that is not a query's result. */
export const originOf = (rows: unknown): Origin | undefined =>
  typeof rows === 'object' && rows !== null ? origins.get(rows) : undefined

/** Some of the rows of a query: they come from where all of them do. */
export function someOf(rows: Rows, isWanted: (row: Row) => boolean): Rows {
  const some = rows.filter(isWanted)
  const origin = origins.get(rows)
  if (origin) origins.set(some, origin)
  return some
}

/** Runs every query of a report once, for all locales. Throws all faults of the file together. */
export async function runQueries(db: Db, queries: Query[], file: string, text: string): Promise<Results> {
  const faults: Fault[] = []
  const results: Results = {}
  const kept = new Map<string, string[]>()
  await withPositions(db, async () => {
    for (const query of queries) {
      try {
        const result = await runQuery(db, query, { file, text, kept })
        results[query.name] = result
        if (!query.kept) continue
        await keep(db, query)
        kept.set(query.name, originOf(result)?.models ?? [])
      } catch (error) {
        if (!(error instanceof ClienteleError)) throw error
        faults.push(...error.faults)
      }
    }
  })
  throwFaults(faults)
  return results
}

interface Script {
  file: string
  text: string
  /** The models behind the rows that are kept so far. */
  kept: Map<string, string[]>
}

async function runQuery(db: Db, query: Query, { file, text, kept }: Script): Promise<Rows | Row> {
  const grid = await db.grid(query.sql).catch((error) => {
    const origin = { file, text, shift: query.start, otherwise: query.start }
    throw new ClienteleError(faultOf(error, query.sql, origin, `the query ${query.name}`))
  })
  const line = text.slice(0, query.start).split('\n').length
  const rows = grid.rows.map((row) =>
    Object.fromEntries(grid.columns.map((name, i) => [name, row[i] ?? null])),
  )
  const result = query.one ? onlyRow(rows, query, { file, line: line - 1, text }) : rows
  origins.set(result, {
    query: query.name,
    file,
    line,
    models: await modelsOf(db, query.sql, kept),
    columns: grid.columns,
  })
  return result
}

/** Makes the rows a table that is this connection's own: the warehouse is only read. */
const keep = (db: Db, { name, sql: query }: Query): Promise<void> =>
  db.run(sql`create or replace temp table ${sql.id(name)} as ${sql.raw(query)}`)

function onlyRow(rows: Rows, { name }: Query, where: Place): Row {
  const [row] = rows
  if (row && rows.length === 1) return row
  throw new ClienteleError({ what: `${name} is marked :one but gives ${rows.length} rows`, where })
}

async function modelsOf(db: Db, query: string, kept: Map<string, string[]>): Promise<string[]> {
  const parse: RawBuilder<unknown> = sql`select json_serialize_sql(${query}::varchar) as tree`
  const [row] = await db.rows<{ tree: string }>(parse)
  const found = new Set<string>()
  collectTables(JSON.parse(row?.tree ?? 'null'), kept, found)
  return [...found].sort()
}

/**
 * A table with a schema is a model; one without holds rows kept by an earlier query, and stands for their models, or is a
 * common table expression of the query itself.
 */
function collectTables(node: Cell, kept: Map<string, string[]>, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collectTables(item, kept, found)
  } else if (node !== null && typeof node === 'object') {
    if (node.type === 'BASE_TABLE') {
      const models = node.schema_name
        ? [`${node.schema_name}.${node.table_name}`]
        : kept.get(String(node.table_name))
      for (const model of models ?? []) found.add(model)
    }
    for (const item of Object.values(node)) collectTables(item as Cell, kept, found)
  }
}
