import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely'
import mysql from 'mysql2'
import pg from 'pg'

// biome-ignore lint/suspicious/noExplicitAny: the tables of a source are not known to TypeScript
export type Composer = Kysely<any>

/** `COPY (…)` takes no parameters: every value is written into the text, escaped as the server reads it. */
class PostgresLiterals extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    this.append(postgresLiteral(value))
  }
}

class MysqlLiterals extends MysqlQueryCompiler {
  protected override appendValue(value: unknown): void {
    this.append(mysql.escape(value as Parameters<typeof mysql.escape>[0], false, 'Z'))
  }
}

function postgresLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'::bytea`
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
  return pg.escapeLiteral(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

/** Composes queries for a server; it runs nothing. */
export const composers: Record<'postgres' | 'mysql', Composer> = {
  postgres: new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresLiterals(),
    },
  }),
  mysql: new Kysely({
    dialect: {
      createAdapter: () => new MysqlAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new MysqlIntrospector(db),
      createQueryCompiler: () => new MysqlLiterals(),
    },
  }),
}
