import { type RawBuilder, sql } from 'kysely'
import type { Contract, DatabaseOrigin, DatabaseSource } from '../../contract.ts'
import type { StageContext } from '../../stage.ts'
import type { DeliveredColumn } from '../delivery.ts'
import type { RowWriter } from '../parquet/rows.ts'
import type { Address } from './address.ts'

export type DatabaseContract = Contract & { origin: DatabaseOrigin }

export interface SourceColumn extends DeliveredColumn {
  /** What is selected, so that the value comes as its type, or as a text. */
  value: RawBuilder<unknown>
  text: RawBuilder<unknown>
}

/** What is to be read of one table. */
export interface Reading {
  contract: DatabaseContract
  columns: SourceColumn[]
  where: RawBuilder<unknown>
}

/** One part of the rows, to be read once. */
export interface Part {
  /** Moves all rows into columns. Returns how many the server says it sent. */
  read(rows: RowWriter): Promise<number>
  /** Ends the reading; nobody wants the rows any more. */
  stop(): void
}

/**
 * A server that was asked to hold still: everything read from it until it is closed is of one moment. What its driver
 * throws is told in our words (SourceError), by the table it was about.
 */
export interface Server {
  /** A value of a cursor column as it stands in SQL. */
  literal(value: string, type: string): RawBuilder<unknown>
  describe(contract: DatabaseContract): Promise<SourceColumn[]>
  greatest(contract: DatabaseContract, query: RawBuilder<unknown>): Promise<string | null>
  /** The rows of a query that a contract spells out; few of them. */
  ask(contract: DatabaseContract, query: string): Promise<Record<string, unknown>[]>
  /** The parts of a table, to be read side by side. */
  parts(reading: Reading): Promise<Part[]>
  close(): Promise<void>
}

/**
 * Connects, looks for every table and takes the snapshot. Throws all tables that are not there at once.
 * `said` hears what the snapshot does not cover.
 */
export type OpenServer = (
  ctx: StageContext,
  source: DatabaseSource,
  address: Address,
  contracts: DatabaseContract[],
) => Promise<Server>

/** The table, or the query in brackets, to select from. */
export function relationOf({ table, query }: DatabaseOrigin): RawBuilder<unknown> {
  return query === undefined ? sql.table(table) : sql`(${sql.raw(query)}\n) as q`
}

export const selectList = (columns: SourceColumn[]): RawBuilder<unknown> =>
  sql.join(columns.map(({ value, name }) => sql`${value} as ${sql.id(name)}`))
