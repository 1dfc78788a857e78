import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import { composer } from '../duckdb.ts'

/** Quotes names as MySQL does; PostgreSQL quotes them as DuckDB. It runs nothing. */
const mysqlComposer = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  },
})

/** So many rows of a server's table, whichever it gives first, as a query of a contract. */
export function firstRows(kind: 'postgres' | 'mysql', table: string, rows: number): string {
  const query: RawBuilder<unknown> = sql`select * from ${sql.table(table)} limit ${sql.lit(rows)}`
  return query.compile(kind === 'mysql' ? mysqlComposer : composer).sql
}
