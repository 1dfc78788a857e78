import { type RawBuilder, sql } from 'kysely'
import type { DatabaseSource } from '../../contract.ts'
import { type Fault, throwFaults } from '../../error.ts'
import { didYouMean } from '../../near-miss.ts'
import type { StageContext } from '../../stage.ts'
import type { Address } from '../database/address.ts'
import { composers } from '../database/literal-composer.ts'
import {
  type DatabaseContract,
  type Part,
  type Reading,
  relationOf,
  type Server,
  type SourceColumn,
  selectList,
} from '../database/server.ts'
import { connect, type Session } from './connect.ts'
import type { CopyOut } from './copy-out.ts'
import { describeColumn, isKnown, type ResultColumn } from './types.ts'

/** Pages of a table below which one reader is as fast as two. */
const manyPages = 8192

const compile = (query: RawBuilder<unknown>): string => query.compile(composers.postgres).sql

/**
 * Opens a transaction that sees one moment and writes nothing. The tables are locked against changes of their columns
 * before that moment: a table rewritten after it would look empty.
 */
export async function openPostgres(
  ctx: StageContext,
  source: DatabaseSource,
  address: Address,
  contracts: DatabaseContract[],
): Promise<Server> {
  const leader = await connect(source, address)
  const open = [leader]
  try {
    const tables = contracts.filter(({ origin }) => origin.query === undefined)
    await findTables(leader, tables, address)
    await leader.rows(sql`begin isolation level repeatable read read only`)
    const relations = tables.map(({ origin }) => sql.table(origin.table))
    if (relations.length > 0) await leader.rows(sql`lock table ${sql.join(relations)} in access share mode`)
    return {
      literal: (value) => sql.lit(value),
      describe: (contract) => describe(leader, contract),
      async greatest(contract, query) {
        const [row] = await leader.rows<{ value: string | null }>(
          sql`select value::text as value from (${query}) as greatest`,
          contract,
        )
        return row?.value ?? null
      },
      ask: (contract, query) => leader.rows<Record<string, unknown>>(sql.raw(query), contract),
      parts: (reading) => parts(ctx, { source, address, leader, open }, reading),
      close: async () => {
        await Promise.all(open.map((session) => session.end()))
      },
    }
  } catch (error) {
    await leader.end()
    throw error
  }
}

async function findTables(session: Session, contracts: DatabaseContract[], address: Address): Promise<void> {
  const faults: Fault[] = []
  for (const { origin, place } of contracts) {
    const name = compile(sql.table(origin.table))
    const [found] = await session.rows<{ there: boolean }>(
      sql`select to_regclass(${name}) is not null as there`,
    )
    if (found?.there) continue
    const names = await session.rows<{ name: string; schema: string }>(sql`
      select relname as name, nspname as schema from pg_class join pg_namespace as n on n.oid = relnamespace
      where relkind in ('r', 'p', 'v', 'm', 'f') and nspname !~ '^pg_' and nspname <> 'information_schema'`)
    const all = names.map(({ name, schema }) => (schema === 'public' ? name : `${schema}.${name}`))
    const meant = didYouMean(origin.table, all)
    const how = meant ? `${meant} Say so with table:.` : 'Check the name at the source, and its schema.'
    faults.push({ what: `${address.shown} has no table '${origin.table}'`, where: place, how })
  }
  throwFaults(faults)
}

async function describe(session: Session, contract: DatabaseContract): Promise<SourceColumn[]> {
  const fields = await session.fields(sql`select * from ${relationOf(contract.origin)} limit 0`, contract)
  const unknown = fields.map(({ dataTypeID }) => dataTypeID).filter((type) => !isKnown(type))
  const arrays = new Set<number>()
  if (unknown.length > 0) {
    const found = await session.rows<{ oid: number }>(sql`
      select oid from pg_type where typcategory = 'A' and oid in (${sql.join(unknown)})`)
    for (const { oid } of found) arrays.add(Number(oid))
  }
  return fields.map((field: ResultColumn) => describeColumn(field, arrays))
}

interface Sessions {
  source: DatabaseSource
  address: Address
  leader: Session
  open: Session[]
}

/** A large table is read in two halves by two connections that see the same moment. */
async function parts(
  ctx: StageContext,
  { source, address, leader, open }: Sessions,
  reading: Reading,
): Promise<Part[]> {
  const halves = source.streams === 2 ? await pagesOf(leader, reading) : null
  if (halves === null) return [copyPart(leader, reading, sql`true`)]
  const second = open[1] ?? (await follow(ctx, source, address, leader))
  if (second === null) return [copyPart(leader, reading, sql`true`)]
  if (!open.includes(second)) open.push(second)
  const middle = sql.lit(`(${Math.floor(halves / 2)},0)`)
  return [
    copyPart(leader, reading, sql`ctid < ${middle}::tid`),
    copyPart(second, reading, sql`ctid >= ${middle}::tid`),
  ]
}

/** The pages of a table that is worth two readers and can be read by ranges of them; null for any other. */
async function pagesOf(session: Session, { contract }: Reading): Promise<number | null> {
  if (contract.origin.query !== undefined) return null
  const name = compile(sql.table(contract.origin.table))
  const [found] = await session.rows<{ pages: string; kind: string; version: string }>(sql`
    select pg_relation_size(oid) / current_setting('block_size')::int as pages, relkind as kind,
      current_setting('server_version_num') as version from pg_class where oid = to_regclass(${name})`)
  const ranges = found?.kind === 'r' && Number(found.version) >= 140_000
  return ranges && Number(found.pages) >= manyPages ? Number(found.pages) : null
}

/** A second connection that sees what the first one sees; without one the first reads alone. */
async function follow(
  { log }: StageContext,
  source: DatabaseSource,
  address: Address,
  leader: Session,
): Promise<Session | null> {
  const session = await connect(source, address).catch(() => null)
  if (session === null) {
    log.line(`${source.name}: no second connection to be had, reading with one`)
    return null
  }
  const [snapshot] = await leader.rows<{ id: string }>(sql`select pg_export_snapshot() as id`)
  await session.rows(sql`begin isolation level repeatable read read only`)
  await session.rows(sql`set transaction snapshot ${sql.lit(snapshot?.id ?? '')}`)
  return session
}

function copyPart(session: Session, { contract, columns, where }: Reading, half: RawBuilder<unknown>): Part {
  const rows = sql`select ${selectList(columns)} from ${relationOf(contract.origin)} where ${where} and ${half}`
  let copy: CopyOut | undefined
  return {
    read(writer) {
      copy = session.copy(sql`copy (${rows}) to stdout (format binary)`, { contract, columns, rows: writer })
      return copy.done
    },
    stop: () => copy?.stop(new Error('the reading was ended')),
  }
}
