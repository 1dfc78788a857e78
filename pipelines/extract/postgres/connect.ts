import { type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import type { Contract, DatabaseSource } from '../../contract.ts'
import { type Address, tlsOptions } from '../database/address.ts'
import { composers } from '../database/literal-composer.ts'
import type { SourceColumn } from '../database/server.ts'
import type { RowWriter } from '../parquet/rows.ts'
import { CopyOut } from './copy-out.ts'
import { postgresError } from './faults.ts'
import { PlainSocket } from './plain-socket.ts'
import type { ResultColumn } from './types.ts'

export interface CopyInto {
  contract: Contract
  columns: SourceColumn[]
  rows: RowWriter
}

/** One connection. What it throws is told in our words, by the table it was about. */
export interface Session {
  rows<T>(query: RawBuilder<unknown>, contract?: Contract): Promise<T[]>
  /** The columns that a query gives; it is run for none of its rows. */
  fields(query: RawBuilder<unknown>, contract: Contract): Promise<ResultColumn[]>
  copy(query: RawBuilder<unknown>, into: CopyInto): CopyOut
  end(): Promise<void>
}

/** Values are written the same way whatever the server's settings: ISO dates, UTC, every digit of a number. */
const settings = {
  client_encoding: 'UTF8',
  timezone: 'UTC',
  datestyle: 'ISO, YMD',
  intervalstyle: 'iso_8601',
  bytea_output: 'hex',
  extra_float_digits: '3',
  idle_in_transaction_session_timeout: '0',
  // Two nights that read an unchanged table read it in the same order.
  synchronize_seqscans: 'off',
}

export async function connect(source: DatabaseSource, address: Address): Promise<Session> {
  const { host, port, socket, database, user, password, tls, timeouts } = address
  const ssl = tlsOptions(tls)
  const client = new pg.Client({
    host: socket ?? host,
    port,
    database,
    user,
    password,
    ssl,
    ...(ssl === false ? { stream: () => new PlainSocket() } : {}),
    connectionTimeoutMillis: timeouts.connect * 1000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: 'clientele',
  })
  // A connection that breaks while nobody waits for it is met again by the next question.
  client.on('error', () => {})
  const told = async <T>(work: () => Promise<T>, contract?: Contract): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw postgresError(error, { source, address, contract })
    }
  }
  const run = async (query: RawBuilder<unknown>) => client.query(query.compile(composers.postgres).sql)
  const session: Session = {
    rows: (query, contract) => told(async () => (await run(query)).rows, contract),
    fields: (query, contract) => told(async () => (await run(query)).fields, contract),
    copy(query, { contract, columns, rows }) {
      const explain = (error: Error) => postgresError(error, { source, address, contract })
      const text = query.compile(composers.postgres).sql
      return client.query(new CopyOut(text, columns, rows, explain))
    },
    end: () => client.end().catch(() => {}),
  }
  try {
    await told(() => client.connect())
    const all = Object.entries({
      ...settings,
      statement_timeout: `${timeouts.statement}s`,
      lock_timeout: `${timeouts.connect}s`,
    })
    const set = all.map(([name, value]) => sql`set_config(${sql.lit(name)}, ${sql.lit(value)}, false)`)
    await session.rows(sql`select ${sql.join(set)}`)
    return session
  } catch (error) {
    await session.end()
    throw error
  }
}
