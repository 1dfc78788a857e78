import { type RawBuilder, sql } from 'kysely'
import type { DatabaseSource } from '../../contract.ts'
import { type Fault, throwFaults } from '../../error.ts'
import { didYouMean } from '../../near-miss.ts'
import type { StageContext } from '../../stage.ts'
import type { Address } from '../database/address.ts'
import {
  type DatabaseContract,
  type Part,
  type Reading,
  relationOf,
  type Server,
  selectList,
} from '../database/server.ts'
import { connect, type Session } from './connect.ts'
import type { RowsOut } from './rows-out.ts'
import { describeColumn } from './types.ts'

const isNumber = /INT|^(DECIMAL|DOUBLE)/

/** Opens a transaction that sees one moment of every table that has transactions, and writes nothing. */
export async function openMysql(
  ctx: StageContext,
  source: DatabaseSource,
  address: Address,
  contracts: DatabaseContract[],
): Promise<Server> {
  const session = await connect(source, address)
  try {
    await findTables(ctx, session, contracts, address)
    await session.rows(sql`start transaction with consistent snapshot, read only`)
  } catch (error) {
    await session.end()
    throw error
  }
  return {
    literal,
    async describe(contract) {
      const query = sql`select * from ${relationOf(contract.origin)} limit 0`
      return (await session.fields(query, contract)).map(describeColumn)
    },
    async greatest(contract, query) {
      const [row] = await session.rows(query, contract)
      return row?.[0] ?? null
    },
    ask: (contract, query) => session.records(sql.raw(query), contract),
    parts: async (reading) => [partOf(session, reading)],
    close: () => session.end(),
  }
}

/** A text that is compared with a number would be compared as a floating one: numbers stand as numbers. */
function literal(value: string, type: string): RawBuilder<unknown> {
  return isNumber.test(type) && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(value)
    ? sql.raw(value)
    : sql.lit(value.replace(/\+00$/, ''))
}

async function findTables(
  { log }: StageContext,
  session: Session,
  contracts: DatabaseContract[],
  { database, shown }: Address,
): Promise<void> {
  const found = await session.rows(sql`
    select table_schema, table_name, engine from information_schema.tables
    where table_schema not in ('information_schema', 'performance_schema', 'mysql', 'sys') or table_schema = database()`)
  const engines = new Map(
    found.flatMap(([schema, name, engine]): [string, string | null][] => {
      const full = `${schema}.${name}`
      return schema === database
        ? [
            [full, engine ?? null],
            [`${name}`, engine ?? null],
          ]
        : [[full, engine ?? null]]
    }),
  )
  const folded = new Map([...engines].map(([name, engine]) => [name.toLowerCase(), engine]))
  const faults: Fault[] = []
  for (const { origin, place, source, table } of contracts) {
    if (origin.query !== undefined) continue
    const engine = engines.get(origin.table) ?? folded.get(origin.table.toLowerCase())
    if (engine === undefined) {
      const meant = didYouMean(
        origin.table,
        [...engines.keys()].filter((name) => !name.startsWith(`${database}.`)),
      )
      const how = meant ? `${meant} Say so with table:.` : 'Check the name at the source, and its schema.'
      faults.push({ what: `${shown} has no table '${origin.table}'`, where: place, how })
    } else if (engine !== null && /^(MyISAM|Aria|MEMORY|CSV|ARCHIVE)$/i.test(engine)) {
      log.line(`${source}.${table}: a table of ${engine} knows no transactions and is read as it is found`)
    }
  }
  throwFaults(faults)
}

function partOf(session: Session, { contract, columns, where }: Reading): Part {
  const query = sql`select ${selectList(columns)} from ${relationOf(contract.origin)} where ${where}`
  let reading: RowsOut | undefined
  return {
    read(rows) {
      reading = session.read(query, { contract, columns, rows })
      return reading.done
    },
    stop: () => reading?.stop(new Error('the reading was ended')),
  }
}
