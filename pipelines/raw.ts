import { type RawBuilder, sql } from 'kysely'
import { type Contract, readSources } from './contract.ts'
import type { Db } from './duckdb.ts'
import type { Project } from './project.ts'

type Expression = RawBuilder<unknown>

/** A contract and the columns that its raw table has beyond it: delivered, not named, and let in (`evolve`). */
export interface RawTable {
  contract: Contract
  evolved: string[]
}

export const history = (table: string): Expression => sql.table(`raw.${table}_history`)
/** Where `ops.inputs` names what history and quarantine hold, when that is not all that ever landed. */
export const historyInput = (table: string): string => `${table}_history`
export const quarantine = (table: string): Expression => sql.table(`quarantine.${table}`)

/** What a contract tells of a column. */
export interface DeliveredColumn {
  name: string
  type: string
  description: string | null
  pii: 'direct' | 'indirect' | null
}

/** By table, current rows and history alike, what the project's contracts tell of its columns. */
export async function deliveredColumns(project: Project): Promise<Map<string, DeliveredColumn[]>> {
  const contracts = (await readSources(project)).flatMap(({ tables }): Contract[] => tables)
  return new Map(
    contracts.flatMap(({ table, columns }) => {
      const told = columns.map(({ name, type, description = null, pii = null }) => ({
        name,
        type,
        description,
        pii,
      }))
      return [`raw.${table}`, `raw.${table}_history`].map((name) => [name, told] as const)
    }),
  )
}

/** Makes what every load needs, where it is not there yet. */
export async function createLedgers(db: Db): Promise<void> {
  for (const schema of ['raw', 'quarantine', 'ops'])
    await db.run(sql`create schema if not exists ${sql.table(schema)}`)
  await db.run(`create table if not exists ops.loads (
    source varchar, table_name varchar, load_id varchar, sequence integer, read bigint, loaded bigint,
    quarantined bigint, superseded bigint, deleted bigint, contract_hash varchar, as_of date, valid_from date,
    input_name varchar)`)
  await db.run('create table if not exists ops.inputs (table_name varchar, fingerprint varchar)')
  await db.run(`create table if not exists ops.corrections (
    source varchar, table_name varchar, load_id varchar, _row bigint, reason varchar, fields varchar[], outcome varchar,
    file varchar, line integer)`)
  await db.run(`create table if not exists ops.held (
    source varchar, table_name varchar, load_id varchar, since date, reason varchar, said varchar)`)
  await db.run(`create table if not exists ops.freshness (
    source varchar, table_name varchar, load_id varchar, last_new date, last_read date, age_days integer,
    expected_days integer, is_late boolean)`)
  await db.run(`create table if not exists ops.columns (
    source varchar, table_name varchar, load_id varchar, as_of date, column_name varchar, change varchar,
    type_before varchar, type_after varchar)`)
  await db.run(`create table if not exists ops.drift (
    source varchar, table_name varchar, load_id varchar, column_name varchar, measure varchar, before double,
    now double, value double, threshold double, status varchar, said varchar)`)
}

/** Makes the empty tables of one contract, over whatever stood there. */
export async function createTables(db: Db, raw: RawTable): Promise<void> {
  await dropTables(db, raw.contract.table)
  await createFirst(db, raw)
}

/** Makes the empty tables of one contract where none of them stands. */
export async function createFirst(db: Db, { contract, evolved }: RawTable): Promise<void> {
  const { table, columns } = contract
  const typed = columns.map(({ name, type }) => sql`${sql.id(name)} ${sql.raw(type)}`)
  const more = evolved.map((name) => sql`${sql.id(name)} varchar`)
  await db.run(sql`create table ${history(table)} (
    ${sql.join([...typed, ...more])}, _load_id varchar, _row bigint, _valid_from date, _valid_to date)`)
  await db.run(sql`create view ${sql.table(`raw.${table}`)} as
    select * exclude (_valid_from, _valid_to) from ${history(table)} where _valid_to is null`)
  await db.run(sql`create table ${quarantine(table)} (
    _load_id varchar, _row bigint, reason varchar, column_name varchar, value varchar, record json, reasons varchar[])`)
}

/** Removes a table that is loaded anew, or that no contract names any more. Landing keeps its loads. */
export async function dropTables(db: Db, table: string): Promise<void> {
  await db.run(sql`drop view if exists ${sql.table(`raw.${table}`)}`)
  await db.run(sql`drop table if exists ${history(table)}`)
  await db.run(sql`drop table if exists ${quarantine(table)}`)
  for (const ledger of ['ops.loads', 'ops.inputs', 'ops.corrections', 'ops.columns', 'ops.drift'])
    await db.run(sql`delete from ${sql.table(ledger)} where table_name = ${table}`)
  await db.run(sql`delete from ops.inputs where table_name = ${historyInput(table)}`)
}
