import { type RawBuilder, sql } from 'kysely'
import type { Members } from './members.ts'
import { tableOf } from './published.ts'
import type { Treatment } from './treatment.ts'

/** Published rows of a table that are in scope. */
export function filtered(
  name: string,
  treatment: Treatment,
  columns: ReadonlySet<string>,
  members: Members,
): RawBuilder<unknown> {
  const from = sql`select * from ${tableOf(name)} as t where`
  if (treatment === 'customers') return sql`${from} ${members.has(sql`t.customer_id`)}`
  if (treatment === 'orders')
    return sql`${from} t.order_id in (
      select o.order_id from warehouse.staging.orders as o where ${members.hasRecord(...recordOf(orders, 'o'))})`
  return sql`${from} ${members.hasRecord(...recordOf(columns, 't'))}`
}

const orders: ReadonlySet<string> = new Set(['customer_kind', 'person_id', 'organisation_id'])

/** Whose row it is: the record that its kind says, else the person, else the organisation. */
function recordOf(
  columns: ReadonlySet<string>,
  of: string,
): [kind: RawBuilder<unknown>, id: RawBuilder<unknown>] {
  const column = (name: string) => (columns.has(name) ? sql`${sql.id(of, name)}` : sql`cast(null as varchar)`)
  const [person, organisation] = [column('person_id'), column('organisation_id')]
  const kind = columns.has('customer_kind')
    ? column('customer_kind')
    : sql`case when ${person} is not null then 'person' else 'organisation' end`
  return [kind, sql`case ${kind} when 'person' then ${person} when 'organisation' then ${organisation} end`]
}
