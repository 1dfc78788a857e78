import { sql } from 'kysely'
import type { DatabaseSource } from '../../contract.ts'
import type { Address } from '../database/address.ts'
import type { DeclaredColumn, DeclaredTable } from '../database/catalogue.ts'
import { connect, type Session } from './connect.ts'

export async function mysqlCatalogue(source: DatabaseSource, address: Address): Promise<DeclaredTable[]> {
  const session = await connect(source, address)
  try {
    const columns = await session.rows(sql`
      select table_name, column_name, is_nullable, column_type from information_schema.columns
      where table_schema = database() order by table_name, ordinal_position`)
    const keys = await session.rows(sql`
      select table_name, column_name from information_schema.statistics
      where table_schema = database() and index_name = 'PRIMARY' order by table_name, seq_in_index`)
    const checks = await checksOf(session)
    const names = [...new Set(columns.map(([table]) => String(table)))]
    const of = (rows: (string | null)[][], name: string) => rows.filter(([table]) => table === name)
    return names.map((name) => ({
      name,
      key: of(keys, name).map(([, column]) => String(column)),
      columns: of(columns, name).map(([, column, nullable, type]) => declared(column, nullable, type)),
      checks: of(checks, name).map(([, check, clause]) => ({
        name: String(check),
        condition: requoted(String(clause)),
      })),
    }))
  } finally {
    await session.end()
  }
}

/** The name of a check is a table's own in MariaDB, which alone says whose it is. */
async function checksOf(session: Session): Promise<(string | null)[][]> {
  const [version] = await session.rows(sql`select version()`)
  return /mariadb/i.test(version?.[0] ?? '')
    ? session.rows(sql`select table_name, constraint_name, check_clause from information_schema.check_constraints
        where constraint_schema = database()`)
    : session.rows(sql`select t.table_name, t.constraint_name, c.check_clause
        from information_schema.table_constraints as t join information_schema.check_constraints as c
          on c.constraint_schema = t.constraint_schema and c.constraint_name = t.constraint_name
        where t.constraint_type = 'CHECK' and t.table_schema = database()`)
}

function declared(
  name: string | null | undefined,
  nullable: string | null | undefined,
  type: string | null | undefined,
): DeclaredColumn {
  const list = /^enum\((.*)\)$/is.exec(type ?? '')?.[1] ?? ''
  const words = [...list.matchAll(/'((?:[^']|'')*)'/g)].map(([, word]) => (word ?? '').replaceAll("''", "'"))
  return { name: String(name), notNull: nullable === 'NO', words, isLoose: false }
}

/** Names between backticks become names between double quotes; texts stay. */
const requoted = (clause: string): string =>
  clause.replace(/'(?:[^'\\]|''|\\.)*'|`((?:[^`]|``)*)`/g, (all, name: string | undefined) =>
    name === undefined ? all : `"${name.replaceAll('``', '`').replaceAll('"', '""')}"`,
  )
