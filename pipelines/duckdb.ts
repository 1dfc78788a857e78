import { parse } from 'node:path'
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResultReader,
  type DuckDBValue,
} from '@duckdb/node-api'
import type * as arrow from 'apache-arrow'
import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'

/**
 * Composes SQL for DuckDB; it runs nothing. DuckDB reads PostgreSQL's quoting and `$1` parameters.
 * @example db.rows(sql`select * from ${sql.table('core.orders')} where order_id = ${id}`)
 */
// biome-ignore lint/suspicious/noExplicitAny: tables of the warehouse are made by models, not known to TypeScript
export const composer = new Kysely<any>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** Text to run: plain SQL, or SQL composed with Kysely (`sql` template or `composer` query). */
export type Statement = string | RawBuilder<unknown> | Compilable

/** Values as people and JSON know them. BIGINT and DECIMAL are numbers, DATE is `YYYY-MM-DD`. */
export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell }
export type Row = Record<string, Cell>

export interface Grid {
  columns: string[]
  rows: Cell[][]
}

export interface Db {
  readonly path: string
  run(statement: Statement): Promise<void>
  /** Rows as plain JavaScript values. Throws a RangeError on a BIGINT beyond 2^53. */
  rows<T = Row>(statement: Statement): Promise<T[]>
  /** The same values row by row, under the names as they stand: two columns may share one. */
  grid(statement: Statement): Promise<Grid>
  /** Columns as an Arrow table: DOUBLE as Float64, integers up to 32 bits as Int32, BIGINT as Float64, the rest as Utf8. */
  arrow(statement: Statement): Promise<arrow.Table>
  /** Appends an Arrow table to an existing table, by position. */
  append(table: string, data: arrow.Table): Promise<void>
  /** Rolls back and rethrows when `work` throws. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  /** The engine's own connection, for what this interface does not cover (streaming appends, parsing). */
  readonly connection: DuckDBConnection
  /** Another connection to the same database, with settings of its own; it sees what is committed. */
  connect(): Promise<DuckDBConnection>
  close(): void
}

export interface OpenOptions {
  readOnly?: boolean
  /** Without it as many as CLIENTELE_THREADS says, or one for each core. */
  threads?: number
  /**
   * Without a log nobody waits for the disk at every commit: what was written since the last checkpoint is lost when
   * the process is killed, and the file is whole all the same. For files that a killed run makes anew.
   */
  unlogged?: boolean
}

/** Opens a database file (or `:memory:`). The caller closes it. */
export async function openDatabase(path: string, options: OpenOptions = {}): Promise<Db> {
  const threads = options.threads ?? process.env.CLIENTELE_THREADS
  const instance = await DuckDBInstance.create(options.unlogged ? ':memory:' : path, {
    // Without a network nothing can be downloaded; without asking nothing is tried.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    // Texts are packed in half the time that the format of older engines takes. This one reads both.
    storage_compatibility_version: 'v1.4.0',
    ...(options.readOnly ? { access_mode: 'READ_ONLY' } : {}),
    ...(threads ? { threads: String(threads) } : {}),
    // Where it would be if the file were opened, and not where the command was started.
    ...(options.unlogged ? { temp_directory: `${path}.tmp` } : {}),
  })
  const connect = async () => {
    const connection = await instance.connect()
    if (options.unlogged) await connection.run(useUnlogged(path))
    return connection
  }
  const connection = await connect()
  const read = (statement: Statement): Promise<DuckDBResultReader> => {
    const { text, values } = compile(statement)
    return connection.runAndReadAll(text, values)
  }
  const db: Db = {
    path,
    connection,
    async run(statement) {
      const { text, values } = compile(statement)
      await connection.run(text, values)
    },
    async rows<T>(statement: Statement) {
      return (await read(statement)).getRowObjects().map((row) => plainRow(row) as T)
    },
    async grid(statement) {
      const reader = await read(statement)
      return { columns: reader.columnNames(), rows: reader.getRows().map((row) => row.map(plain)) }
    },
    async arrow(statement) {
      const { text, values } = compile(statement)
      const result = await connection.run(text, values)
      // Half of the commands never come here, and Arrow takes longer to load than they run.
      const { toArrow } = await import('./duckdb-arrow.ts')
      return toArrow(result, plain)
    },
    async append(table, data) {
      const { append } = await import('./duckdb-arrow.ts')
      await append(connection, table, data)
    },
    async transaction(work) {
      await connection.run('begin transaction')
      try {
        const result = await work()
        await connection.run('commit')
        return result
      } catch (error) {
        await connection.run('rollback')
        throw error
      }
    },
    connect,
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
  return db
}

/** A log can be done without only where the file is attached; it is called there as it would be if it were opened. */
function useUnlogged(path: string): string {
  const name = sql.id(parse(path).name)
  const attach = sql`attach if not exists ${sql.lit(path)} as ${name} (recovery_mode no_wal_writes)`
  return [attach, sql`use ${name}`].map((statement) => statement.compile(composer).sql).join(';')
}

/** Without values there is nothing to bind: the engine then runs the text in one step instead of three. */
function compile(statement: Statement): { text: string; values: DuckDBValue[] | undefined } {
  if (typeof statement === 'string') return { text: statement, values: undefined }
  const { sql, parameters } =
    'toOperationNode' in statement && !('executeTakeFirst' in statement)
      ? (statement as RawBuilder<unknown>).compile(composer)
      : (statement as Compilable).compile()
  return { text: sql, values: parameters.length > 0 ? (parameters as DuckDBValue[]) : undefined }
}

function plainRow(row: Record<string, DuckDBValue>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))
}

function plain(value: DuckDBValue): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return safeNumber(value)
  if ('scale' in value) return value.toDouble()
  if ('items' in value) return value.items.map(plain)
  if ('entries' in value) {
    const entries = value.entries
    if (Array.isArray(entries)) return Object.fromEntries(entries.map((e) => [String(e.key), plain(e.value)]))
    return plainRow(entries as Record<string, DuckDBValue>)
  }
  return value.toString()
}

function safeNumber(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number))
    throw new RangeError(`${value} is too large for a number: cast it to varchar`)
  return number
}
