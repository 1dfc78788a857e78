import { setTimeout } from 'node:timers/promises'
import { type RawBuilder, sql } from 'kysely'
import mysql from 'mysql2'
import type { Contract, DatabaseSource } from '../../contract.ts'
import { type Address, tlsOptions } from '../database/address.ts'
import { composers } from '../database/literal-composer.ts'
import type { SourceColumn } from '../database/server.ts'
import type { RowWriter } from '../parquet/rows.ts'
import { mysqlError } from './faults.ts'
import { RowsOut } from './rows-out.ts'
import type { ResultColumn } from './types.ts'

type Texts = (string | null)[]

export interface ReadInto {
  contract: Contract
  columns: SourceColumn[]
  rows: RowWriter
}

/** One connection. What it throws is told in our words, by the table it was about. */
export interface Session {
  /** Every value as text. */
  rows(query: RawBuilder<unknown>, contract?: Contract): Promise<Texts[]>
  /** The same under the names of the columns. */
  records(query: RawBuilder<unknown>, contract: Contract): Promise<Record<string, string | null>[]>
  fields(query: RawBuilder<unknown>, contract: Contract): Promise<ResultColumn[]>
  read(query: RawBuilder<unknown>, into: ReadInto): RowsOut
  end(): Promise<void>
}

export async function connect(source: DatabaseSource, address: Address): Promise<Session> {
  const { host, port, socket, database, user, password, tls, timeouts } = address
  const ssl = tlsOptions(tls)
  const connection = mysql.createConnection({
    ...(socket === undefined ? { host, port } : { socketPath: socket }),
    ...(database === undefined ? {} : { database }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    // Without being asked to, this driver trusts any machine that somebody known vouches for.
    ...(ssl === false ? {} : { ssl: { ...ssl, verifyIdentity: ssl.rejectUnauthorized } }),
    charset: 'utf8mb4',
    connectTimeout: timeouts.connect * 1000,
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
  })
  // A connection that breaks while nobody waits for it is met again by the next question.
  connection.on('error', () => {})
  const occasion = (contract?: Contract) => ({ source, address, contract })
  const run = (query: RawBuilder<unknown>, contract?: Contract) =>
    new Promise<{ rows: Texts[]; fields: ResultColumn[] }>((resolve, reject) => {
      const text = query.compile(composers.mysql).sql
      connection.query({ sql: text, rowsAsArray: true, typeCast: false }, (error, rows, fields) => {
        if (error) reject(mysqlError(error, occasion(contract)))
        else resolve({ rows: asTexts(rows), fields: (fields ?? []) as ResultColumn[] })
      })
    })
  const session: Session = {
    rows: async (query, contract) => (await run(query, contract)).rows,
    async records(query, contract) {
      const { rows, fields } = await run(query, contract)
      return rows.map((row) => Object.fromEntries(fields.map(({ name }, i) => [name, row[i] ?? null])))
    },
    fields: async (query, contract) => (await run(query, contract)).fields,
    read(query, { contract, columns, rows }) {
      const explain = (error: Error) => mysqlError(error, occasion(contract))
      return new RowsOut(connection, query.compile(composers.mysql).sql, columns, rows, explain)
    },
    async end() {
      // A connection that is lost does not answer.
      const answer = new Promise<void>((resolve) => connection.end(() => resolve()))
      await Promise.race([answer, setTimeout(500)])
      connection.destroy()
    },
  }
  try {
    await connected(connection, (error) => mysqlError(error, occasion()))
    await settle(session, timeouts)
    return session
  } catch (error) {
    connection.destroy()
    throw error
  }
}

const connected = (connection: mysql.Connection, explain: (error: Error) => Error) =>
  new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(explain(error)) : resolve()))
  })

/** Values are written the same way whatever the server's settings; times in UTC. */
async function settle(session: Session, { connect, statement }: Address['timeouts']): Promise<void> {
  const [version] = await session.rows(sql`select version()`)
  const limit = /mariadb/i.test(version?.[0] ?? '')
    ? sql`max_statement_time = ${sql.lit(statement)}`
    : sql`max_execution_time = ${sql.lit(Math.round(statement * 1000))}`
  const seconds = sql.lit(Math.ceil(connect))
  const patience = sql.lit(Math.ceil(Math.max(statement, 60)))
  await session.rows(sql`set session time_zone = '+00:00', session sql_mode = '', session ${limit},
    session lock_wait_timeout = ${seconds}, session net_write_timeout = ${patience}`)
  await session.rows(sql`set session transaction isolation level repeatable read`)
}

function asTexts(rows: unknown): Texts[] {
  if (!Array.isArray(rows)) return []
  return rows.map((row: (Buffer | string | null)[]) =>
    row.map((value) => (value === null ? null : String(value))),
  )
}
