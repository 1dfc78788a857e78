import type { DatabaseSource } from '../../contract.ts'
import type { Db } from '../../duckdb.ts'
import { throwFaults } from '../../error.ts'
import { type LandedLoad, standingLoads } from '../../landing.ts'
import type { StageContext } from '../../stage.ts'
import { columnFaults, sayUnknown } from '../columns.ts'
import { queryControl } from '../control.ts'
import { cursorColumn, readCursor, rowsSince } from '../cursor.ts'
import { type Extracted, landedTable } from '../extracted.ts'
import { land } from '../land.ts'
import { openMysql } from '../mysql/server.ts'
import { sayZeroDates } from '../mysql/zero-dates.ts'
import { openPostgres } from '../postgres/server.ts'
import { type Address, addressOf } from './address.ts'
import { typeFaults } from './changed-types.ts'
import { deliverStream } from './deliver.ts'
import { withQuery } from './query.ts'
import { withRetries } from './retry.ts'
import {
  type DatabaseContract,
  type OpenServer,
  relationOf,
  type Server,
  type SourceColumn,
} from './server.ts'
import { UnfitValue } from './unfit-value.ts'

const opens: Record<DatabaseSource['kind'], OpenServer> = { postgres: openPostgres, mysql: openMysql }

/** A value that the column's type in the engine does not hold: the table is read again with such columns as text. */
class Misfit extends Error {
  readonly table: string

  constructor(table: string, options: ErrorOptions) {
    super(`${table} holds values that do not fit`, options)
    this.table = table
  }
}

/** One reading of a source: all its tables as of one moment. */
interface Visit {
  ctx: StageContext
  db: Db
  source: DatabaseSource
  address: Address
  server: Server
  /** Tables whose dates and decimals are read as text. */
  careful: ReadonlySet<string>
}

/**
 * Lands every table of a server out of one read-only snapshot, so that they fit each other. When the reading breaks off
 * all of it begins anew: tables that have landed by then land what changed since.
 */
export async function extractDatabase(
  ctx: StageContext,
  db: Db,
  source: DatabaseSource,
): Promise<Extracted[]> {
  const address = addressOf(ctx, source)
  if (source.plainPassword)
    ctx.log.line(
      `${source.name}: the password stands in ${source.file}; an environment variable keeps it out of reach`,
    )
  const contracts: DatabaseContract[] = []
  for (const contract of source.tables) contracts.push(await withQuery(ctx.project, contract))
  const careful = new Set<string>()
  const visit = async (): Promise<Extracted[]> => {
    const server = await opens[source.kind](ctx, source, address, contracts)
    try {
      return await landTables({ ctx, db, source, address, server, careful }, contracts)
    } finally {
      await server.close()
    }
  }
  for (;;) {
    try {
      return await withRetries(ctx, source.retries, visit)
    } catch (error) {
      if (!(error instanceof Misfit)) throw error
      if (careful.has(error.table)) throw error.cause
      ctx.log.line(
        `${source.name}.${error.table}: a value fits no date or number of the engine; read again as text`,
      )
      careful.add(error.table)
    }
  }
}

async function landTables(visit: Visit, contracts: DatabaseContract[]): Promise<Extracted[]> {
  const { ctx, server, address } = visit
  const described = new Map<DatabaseContract, { columns: SourceColumn[]; last: LandedLoad | undefined }>()
  const faults = []
  for (const contract of contracts) {
    const last = (await standingLoads(ctx.project, contract.source, contract.table)).at(-1)
    const found = await server.describe(contract)
    const columns = found.map((column) => asLanded(column, last, visit.careful.has(contract.table)))
    faults.push(...columnFaults(contract, columns, `${address.shown}: ${contract.origin.table}`))
    faults.push(...typeFaults(contract, columns, last, ctx.log))
    described.set(contract, { columns, last })
  }
  throwFaults(faults)
  const extracted: Extracted[] = []
  for (const [contract, { columns, last }] of described) {
    extracted.push(await landTable(visit, contract, columns, last))
  }
  return extracted
}

/** Once as text, a column stays text: its values would be compared with others of the same form. */
function asLanded(column: SourceColumn, last: LandedLoad | undefined, careful: boolean): SourceColumn {
  const narrow = /^(DATE|TIME|TIMESTAMP|TIMESTAMPTZ|DECIMAL.*)$/.test(column.type)
  const was = last?.columns.find(({ name }) => name === column.name)?.type
  return narrow && (careful || was === 'VARCHAR')
    ? { ...column, type: 'VARCHAR', value: column.text }
    : column
}

async function landTable(
  visit: Visit,
  contract: DatabaseContract,
  columns: SourceColumn[],
  last: LandedLoad | undefined,
): Promise<Extracted> {
  const { ctx, db, address, server } = visit
  ctx.log.progress(`extract ${contract.source}.${contract.table} …`)
  sayUnknown(contract, columns, ctx.log)
  const column = cursorColumn(contract, columns)
  const where = rowsSince(column, last?.cursor, server.literal)
  const reader = {
    relation: relationOf(contract.origin),
    literal: server.literal,
    greatest: (query: Parameters<Server['greatest']>[1]) => server.greatest(contract, query),
  }
  const cursor = column === undefined ? undefined : await readCursor(reader, columns, column, last?.cursor)
  const control = await queryControl(contract, (query) => server.ask(contract, query))
  const parts = await server.parts({ contract, columns, where })
  const input = address.database ?? contract.source
  try {
    const manifest = await land(ctx, db, deliverStream({ contract, input, columns, parts, cursor, control }))
    if (manifest && contract.origin.kind === 'mysql') await sayZeroDates(ctx, db, manifest)
    return landedTable(ctx, contract, [manifest])
  } catch (error) {
    throw error instanceof UnfitValue ? new Misfit(contract.table, { cause: error }) : error
  }
}
