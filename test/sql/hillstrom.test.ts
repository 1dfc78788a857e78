import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Db } from '../../pipelines/duckdb.ts'
import { baseDir } from '../../pipelines/project.ts'
import { onGiven } from './on-given.ts'

const file = join(baseDir, '..', 'shared', 'data', 'hillstrom', 'hillstrom.csv')

/** The three arms as two campaigns that share the control; a visit is an interaction, a conversion a purchase. */
const give = async (db: Db) => {
  await db.run(sql`
    create temp table hillstrom as
    select cast(row_number() over () as varchar) as id, segment, visit, conversion, cast(spend as decimal(18, 4)) as spend
    from read_csv(${sql.lit(file)}, header = true)`)
  await db.run(sql`
    insert into identity.clusters (record_kind, record_id, customer_id) select 'person', id, 'P' || id from hillstrom`)
  await db.run(sql`
    insert into core.customers (customer_id, kind, market) select 'P' || id, 'person', 'US' from hillstrom`)
  await db.run(sql`
    insert into staging.campaigns (campaign_id, name, medium, ended_on)
    values ('mens', 'Men''s', 'email', date '2008-03-14'), ('womens', 'Women''s', 'email', date '2008-03-14')`)
  await db.run(sql`
    insert into staging.contacts (contact_id, campaign_id, person_id, cell, medium, contacted_on, cost)
    select k.id || '-' || h.id, k.id, h.id, if(h.segment = 'No E-Mail', 'control', 'treatment'), 'email', date '2008-03-01', 0
    from hillstrom as h
    join (values ('mens', 'Mens E-Mail'), ('womens', 'Womens E-Mail')) as k(id, segment)
      on h.segment in (k.segment, 'No E-Mail')`)
  await db.run(sql`
    insert into staging.interactions (interaction_id, person_id, kind, happened_at)
    select id, id, 'site_visit', timestamp '2008-03-05 12:00:00' from hillstrom where visit = 1`)
  await db.run(sql`
    insert into core.purchases (customer_id, kind, purchased_on, purchase_number, net_sales, trading_margin)
    select 'P' || id, 'person', date '2008-03-06', 1, spend, spend from hillstrom where conversion = 1`)
}

test.skipIf(!existsSync(file))('Hillstrom’s e-mail test to the printed digits', { timeout: 240_000 }, () =>
  onGiven({
    asOf: '2008-12-31',
    give,
    models: ['campaigns.units', 'campaigns.cells', 'campaigns.results'],
    look: async (db) => {
      const cells = await db.rows(
        `select campaign_id, cell, size, round(response, 5) as visit, round(conversion, 5) as conversion,
           round(spend_a_head, 4) as spend
         from campaigns.cells order by campaign_id, cell`,
      )
      const control = { cell: 'control', size: 21_306, visit: 0.10617, conversion: 0.00573, spend: 0.6528 }
      expect(cells).toEqual([
        { campaign_id: 'mens', ...control },
        {
          campaign_id: 'mens',
          cell: 'treatment',
          size: 21_307,
          visit: 0.18276,
          conversion: 0.01253,
          spend: 1.4226,
        },
        { campaign_id: 'womens', ...control },
        {
          campaign_id: 'womens',
          cell: 'treatment',
          size: 21_387,
          visit: 0.1514,
          conversion: 0.00884,
          spend: 1.0772,
        },
      ])
      // Lift and interval by the formula of the book, from the counts: 1.96 √(p(1−p)/n + q(1−q)/m).
      const lifts = await db.rows(
        `select campaign_id, round(response_lift, 5) as visit, round(response_error, 5) as visit_error, round(lift, 5) as conversion,
           round(lift_error, 5) as conversion_error, round(spend_lift, 4) as spend, lift - lift_error > 0 as is_certain
         from campaigns.results order by campaign_id`,
      )
      expect(lifts).toEqual([
        {
          campaign_id: 'mens',
          visit: 0.07659,
          visit_error: 0.00664,
          conversion: 0.00681,
          conversion_error: 0.0018,
          spend: 0.7698,
          is_certain: true,
        },
        {
          campaign_id: 'womens',
          visit: 0.04523,
          visit_error: 0.00634,
          conversion: 0.00311,
          conversion_error: 0.00161,
          spend: 0.4244,
          is_certain: true,
        },
      ])
    },
  }),
)
