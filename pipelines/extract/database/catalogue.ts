import type { DatabaseSource } from '../../contract.ts'
import type { StageContext } from '../../stage.ts'
import { mysqlCatalogue } from '../mysql/catalogue.ts'
import { postgresCatalogue } from '../postgres/catalogue.ts'
import { addressOf } from './address.ts'

/** A table as its database declares it. */
export interface DeclaredTable {
  /** As a contract names it: with its schema where it is not on the search path. */
  name: string
  key: string[]
  columns: DeclaredColumn[]
  /** Conditions in the words of the database, names between double quotes. */
  checks: { name: string; condition: string }[]
}

export interface DeclaredColumn {
  name: string
  notNull: boolean
  /** The values that an enumeration has. */
  words: string[]
  /** The declared type says less than the values do, as a number without a scale. */
  isLoose: boolean
}

/** Every table and view of a server's database, without looking at a row. */
export async function catalogueOf(
  ctx: StageContext,
  kind: DatabaseSource['kind'],
  url: string,
): Promise<DeclaredTable[]> {
  const source: DatabaseSource = {
    name: 'draft',
    file: '--from',
    kind,
    connection: { url },
    plainPassword: false,
    timeouts: { connect: 10, statement: 600 },
    retries: 0,
    streams: 1,
    tables: [],
    pastLimit: 'stop',
    whenMissing: 'stop',
    missing: undefined,
    custodian: undefined,
    licence: undefined,
  }
  const address = addressOf(ctx, source)
  return kind === 'postgres' ? postgresCatalogue(source, address) : mysqlCatalogue(source, address)
}
