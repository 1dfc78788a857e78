import { sql } from 'kysely'
import type { DatabaseSource } from '../../contract.ts'
import type { Address } from '../database/address.ts'
import type { DeclaredTable } from '../database/catalogue.ts'
import { connect } from './connect.ts'

export async function postgresCatalogue(source: DatabaseSource, address: Address): Promise<DeclaredTable[]> {
  const session = await connect(source, address)
  try {
    return await session.rows<DeclaredTable>(tables)
  } finally {
    await session.end()
  }
}

/** Partitions are read through their table. */
const tables = sql`
  select case when pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end as name,
    coalesce((
      select json_agg(a.attname order by k.place)
      from pg_index as i, unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
      join pg_attribute as a on a.attnum = k.attnum
      where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid), '[]') as key,
    coalesce((
      select json_agg(json_build_object('name', a.attname, 'notNull', a.attnotnull,
        'isLoose', t.typname = 'numeric' and a.atttypmod = -1,
        'words', coalesce((
          select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum as e where e.enumtypid = t.oid), '[]'))
        order by a.attnum)
      from pg_attribute as a join pg_type as t on t.oid = a.atttypid
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]') as columns,
    coalesce((
      select json_agg(json_build_object('name', conname, 'condition', pg_get_expr(conbin, conrelid)) order by conname)
      from pg_constraint where conrelid = c.oid and contype = 'c'), '[]') as checks
  from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  order by name`
