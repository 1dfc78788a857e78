import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, type RawBuilder, sql } from 'kysely'
import type { SqliteSource } from '../../contract.ts'
import type { Db } from '../../duckdb.ts'
import { ClienteleError, type Fault, throwFaults } from '../../error.ts'
import { standingLoads, tableDir } from '../../landing.ts'
import { didYouMean } from '../../near-miss.ts'
import { privateDir, shownPath } from '../../project.ts'
import type { StageContext } from '../../stage.ts'
import { isChecked, remember } from '../checked.ts'
import { columnFaults, sayUnknown } from '../columns.ts'
import { queryControl } from '../control.ts'
import { type CursorReader, cursorColumn, readCursor, rowsSince } from '../cursor.ts'
import type { Delivery } from '../delivery.ts'
import { writingFault } from '../engine.ts'
import { type Extracted, landedTable, skippedTable } from '../extracted.ts'
import { land } from '../land.ts'
import { locate, missingInput } from '../locate.ts'
import { partJson } from '../text/json-lines.ts'
import { nodeSqlite } from './dialect.ts'
import { dumpTable } from './dump.ts'
import { describeInput, type Input, stampOf } from './input.ts'
import { describeTable, type SourceTable, tableNames } from './schema.ts'

type SqliteContract = SqliteSource['tables'][number]

/**
 * Lands every table of an SQLite database out of one read transaction, so that they fit each other.
 * A table that was read before from the very same bytes is not read again.
 */
export async function extractSqlite(ctx: StageContext, db: Db, source: SqliteSource): Promise<Extracted[]> {
  const path = locate(ctx, source.path)
  if (path === null) throw missingInput(source, `source '${source.name}'`, source.path)
  const input = await describeInput(path)
  const untouched: Extracted[] = []
  const pending: SqliteContract[] = []
  for (const contract of source.tables) {
    const known = await isChecked(ctx.project, contract, input.sha256)
    if (known) untouched.push(skippedTable(contract, 'unchanged since it was last read'))
    else pending.push(contract)
  }
  if (untouched.length > 0) {
    const tables = untouched.length === 1 ? '1 table' : `${untouched.length} tables`
    ctx.log.line(`${source.name}: ${tables} unchanged since last read`)
  }
  if (pending.length === 0) return untouched
  return [...untouched, ...(await readSnapshot(ctx, db, source, pending, input))]
}

async function readSnapshot(
  ctx: StageContext,
  db: Db,
  source: SqliteSource,
  contracts: SqliteContract[],
  input: Input,
): Promise<Extracted[]> {
  // Waits up to ten seconds for a writer to finish.
  const database = new DatabaseSync(input.path, { readOnly: true, timeout: 10_000 })
  const operational = new Kysely<unknown>({ dialect: nodeSqlite(database) })
  try {
    return await operational
      .transaction()
      .execute((snapshot) => landTables(ctx, db, snapshot, contracts, input))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // All other files that are touched here are our own.
    if (code !== 'ERR_SQLITE_ERROR') throw writingFault(error)
    const what = `${shownPath(input.path)} cannot be read: ${message}`
    throw new ClienteleError({ what, where: { file: source.file } }, 1, { cause: error })
  } finally {
    await operational.destroy()
  }
}

async function landTables(
  ctx: StageContext,
  db: Db,
  snapshot: Kysely<unknown>,
  contracts: SqliteContract[],
  input: Input,
): Promise<Extracted[]> {
  const tables = await describeAll(snapshot, contracts, input)
  // The snapshot began with the first look at the tables: unwritten since it was hashed, it is what was hashed.
  const unwritten = (await stampOf(input.path)) === input.stamp
  const extracted: Extracted[] = []
  const finish = async (contract: SqliteContract, delivery: Delivery) => {
    const manifest = await land(ctx, db, delivery)
    await rm(workDir(ctx, contract), { recursive: true, force: true })
    if (unwritten) await remember(ctx.project, contract, input.sha256)
    extracted.push(landedTable(ctx, contract, [manifest]))
  }
  let landing: Promise<void> = Promise.resolve()
  try {
    for (const contract of contracts) {
      ctx.log.progress(`extract ${contract.source}.${contract.table} …`)
      const delivery = await deliver(ctx, snapshot, contract, tables.get(contract) as SourceTable, input)
      await landing
      // While the engine lands this table the database is already read for the next.
      landing = finish(contract, delivery)
      landing.catch(() => {})
    }
    await landing
    return extracted
  } finally {
    // The engine is closed after an error: not in the middle of its work.
    await landing.catch(() => {})
  }
}

async function describeAll(
  snapshot: Kysely<unknown>,
  contracts: SqliteContract[],
  input: Input,
): Promise<Map<SqliteContract, SourceTable>> {
  const tables = new Map<SqliteContract, SourceTable>()
  const faults: Fault[] = []
  for (const contract of contracts) {
    const { table: name } = contract.origin
    const table = await describeTable(snapshot, name)
    if (table) {
      tables.set(contract, table)
      faults.push(...columnFaults(contract, table.columns, `${input.name}: ${name}`))
    } else {
      const meant = didYouMean(name, await tableNames(snapshot))
      const how = meant ? `${meant} Say so with table:.` : 'Check the name at the source.'
      faults.push({ what: `${input.name} has no table '${name}'`, where: contract.place, how })
    }
  }
  throwFaults(faults)
  return tables
}

async function deliver(
  ctx: StageContext,
  snapshot: Kysely<unknown>,
  contract: SqliteContract,
  table: SourceTable,
  input: Input,
): Promise<Delivery> {
  sayUnknown(contract, table.columns, ctx.log)
  const work = await privateDir(workDir(ctx, contract))
  const path = join(work, '.dump.json')
  const column = cursorColumn(contract, table.columns)
  const last = (await standingLoads(ctx.project, contract.source, contract.table)).at(-1)?.cursor
  const dump = await dumpTable(snapshot, table, rowsSince(column, last, literal), path)
  const reader = cursorReader(snapshot, table)
  const cursor = column === undefined ? undefined : await readCursor(reader, table.columns, column, last)
  const control = await queryControl(contract, async (query) => {
    return (await sql.raw<Record<string, unknown>>(query).execute(snapshot)).rows
  })
  const text = { form: 'json' as const, path, numbered: false, longest: dump.longest }
  return {
    contract,
    input: { name: input.name, sha256: input.sha256, bytes: input.bytes },
    contentHash: dump.contentHash,
    columns: dump.columns,
    sound: text,
    parted: () => partJson(text, work),
    ...(cursor ? { cursor } : {}),
    ...(control ? { control } : {}),
  }
}

function cursorReader(snapshot: Kysely<unknown>, { name }: SourceTable): CursorReader {
  return {
    relation: sql.table(name),
    literal,
    greatest: async (query) =>
      (query as RawBuilder<{ value: bigint | number | string | null }>)
        .execute(snapshot)
        .then(({ rows }) => rows[0]?.value),
  }
}

/** Numbers are compared as numbers: SQLite ranks any text above them. */
function literal(value: string, type: string): RawBuilder<unknown> {
  if (type === 'VARCHAR') return sql`${value}`
  return type === 'BIGINT' ? sql`${BigInt(value)}` : sql`${Number(value)}`
}

/** A hidden folder for the texts on their way; swept when a run is killed. */
const workDir = ({ project }: StageContext, { source, table }: SqliteContract): string =>
  join(tableDir(project, source, table), '.work')
