import { type RawBuilder, sql } from 'kysely'
import type { Members } from './members.ts'

/** A table that tells of no single customer, and of which a part of the firm has a part all the same. */
export interface Shared {
  /** Tables of the scoped warehouse that its rows are taken from. */
  reads: string[]
  rows(members: Members): RawBuilder<unknown>
}

/** A campaign's fixed cost is shared by the pieces sent. What no piece was sent for is nobody's: it falls to the unknown. */
const campaigns = ({ scope: { market, segment } }: Members) => sql`
  with
    everybody as (
      select campaign_id, count(*) as pieces from warehouse.staging.contacts
      where cell is distinct from 'control' group by campaign_id
    ),
    part as (
      select campaign_id, count(*) as pieces from staging.contacts
      where cell is distinct from 'control' group by campaign_id
    )
  select c.* replace (
    cast(
      case
        when e.pieces > 0 then cast(c.fixed_cost as double) * coalesce(p.pieces, 0) / e.pieces
        when ${sql.lit(market === 'unknown' && segment === undefined)} then c.fixed_cost
        when c.fixed_cost is not null then 0
      end as decimal(18, 4)
    ) as fixed_cost
  )
  from warehouse.staging.campaigns as c
  left join everybody as e on e.campaign_id = c.campaign_id
  left join part as p on p.campaign_id = c.campaign_id
  order by c.campaign_id`

/** A piece to a name of a list is one to the customer whom the name is found to be. */
const contacts = ({ has, hasRecord }: Members) => sql`
  select c.*
  from warehouse.staging.contacts as c
  left join warehouse.lists.touches as t on t.contact_id = c.contact_id
  where case
    when c.person_id is null and c.organisation_id is null then ${has(sql`t.customer_id`)}
    else ${hasRecord(
      sql`case when c.person_id is not null then 'person' else 'organisation' end`,
      sql`coalesce(c.person_id, c.organisation_id)`,
    )}
  end`

/** What channels and programme cost is laid on nobody: to share it out would be a figure that nobody measured. */
const costs = () => sql`select * from warehouse.staging.costs where false`

/** Targets are set for the firm and for markets, whoever buys there, known or not: no part of its customers has one. */
const targets = () => sql`select * from warehouse.staging.targets where false`

/** A gap is one of a place against others, found in the whole firm: those of the places in scope. */
const gaps = ({ scope: { market, place, segment } }: Members) => {
  if (market === undefined || segment !== undefined)
    return sql`select * from warehouse.openings.gaps where false`
  const inMarket = sql`select * from warehouse.openings.gaps where market = ${sql.lit(market)}`
  return place === undefined ? inMarket : sql`${inMarket} and level = 'region' and place = ${sql.lit(place)}`
}

/** Each after those it reads. */
export const shared: Readonly<Record<string, Shared>> = {
  'staging.contacts': { reads: [], rows: contacts },
  'staging.campaigns': { reads: ['staging.contacts'], rows: campaigns },
  'staging.costs': { reads: [], rows: costs },
  'staging.targets': { reads: [], rows: targets },
  'openings.gaps': { reads: [], rows: gaps },
}
