import { sql } from 'kysely'
import type { Contract, Source } from '../contract.ts'
import { type Db, openDatabase } from '../duckdb.ts'
import { createFirst, createLedgers } from '../raw.ts'
import type { GivenColumn } from './columns.ts'
import { defineParameters, type Parameters } from './parameters.ts'
import { readStanding, type Standing } from './store.ts'

/** A warehouse in memory with nothing in it but what the runner itself keeps. */
export interface EmptyWarehouse {
  db: Db
  standing: Standing
}

/** The caller closes it. */
export async function openBare(parameters: Parameters): Promise<EmptyWarehouse> {
  // Without rows there is nothing to share out among threads and nothing to optimise.
  const db = await openDatabase(':memory:', { threads: 1 })
  await db.run('pragma disable_optimizer')
  await createLedgers(db)
  const standing = await readStanding(db)
  await defineParameters(db, parameters)
  return { db, standing }
}

/** Makes the tables that load would make of these contracts. */
export const layContracts = (db: Db, sources: readonly Source[]): Promise<void> =>
  db.transaction(async () => {
    for (const contract of sources.flatMap((source): readonly Contract[] => source.tables)) {
      await createFirst(db, { contract, evolved: [] })
    }
  })

/** Makes a table of these columns without a row. */
export async function createEmpty(db: Db, name: string, columns: readonly GivenColumn[]): Promise<void> {
  const typed = columns.map((column) => sql`${sql.id(column.name)} ${sql.raw(column.type)}`)
  await db.run(sql`create schema if not exists ${sql.id(name.slice(0, name.indexOf('.')))}`)
  await db.run(sql`create table ${sql.table(name)} (${sql.join(typed)})`)
}
