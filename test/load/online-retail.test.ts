import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { baseDir } from '../../pipelines/project.ts'
import { openIntake } from '../intake.ts'

const data = join(baseDir, '../shared/data/online_retail/online_retail.csv.gz')
const project = join(baseDir, 'data/online-retail')

// The figures are those of the README beside the data.
test.skipIf(!existsSync(data))(
  'Online Retail: all 541,909 lines are taken in, and staging says what the books say',
  async () => {
    const intake = await openIntake({
      'online-retail': await readFile(join(project, 'sources/online-retail.yaml'), 'utf8'),
    })
    intake.env = { ONLINE_RETAIL_CSV: data }
    expect(await intake.night('2011-12-09')).toEqual([
      {
        source: 'online_retail',
        table: 'invoice_lines',
        read: 541_909,
        loaded: 541_909,
        quarantined: 0,
        superseded: 0,
      },
    ])
    await intake.db.run('create schema staging')
    for (const table of ['persons', 'orders', 'order_lines', 'products', 'channels']) {
      await intake.db.run(
        `create table staging.${table} as ${await readFile(join(project, `sql/staging/${table}.sql`), 'utf8')}`,
      )
    }
    expect(
      await intake.rows(`select count(*) as lines, sum(net_amount)::decimal(18,2) as revenue,
      count(*) filter (where person_id is null) as without_customer, count(distinct order_id) as invoices,
      count(distinct person_id) as customers, count(*) filter (where order_id like 'C%') as cancelled
      from staging.order_lines join staging.orders using (order_id)`),
    ).toEqual([
      {
        lines: 541_909,
        revenue: 9_747_747.93,
        without_customer: 135_080,
        invoices: 25_900,
        customers: 4372,
        cancelled: 9288,
      },
    ])
    // The cleaning rule, said by the canonical columns alone.
    expect(
      await intake.rows(`select count(*) as lines, count(distinct person_id) as customers,
      sum(net_amount)::decimal(18,2) as revenue, count(distinct (person_id, cast(ordered_at as date))) as customer_days
      from staging.order_lines join staging.orders using (order_id)
      where person_id is not null and quantity > 0 and unit_price > 0`),
    ).toEqual([{ lines: 397_884, customers: 4338, revenue: 8_911_407.9, customer_days: 16_763 }])
    // Every key is one, and every reference has its row.
    expect(
      await intake.rows(`select
      (select count(*) from staging.order_lines) - (select count(distinct line_id) from staging.order_lines) as repeated_lines,
      (select count(*) from staging.orders) - (select count(distinct order_id) from staging.orders) as repeated_orders,
      (select count(*) from staging.products) - (select count(distinct product_id) from staging.products) as repeated_products,
      (select count(*) from staging.order_lines anti join staging.products using (product_id)) as lost_products,
      (select count(*) from staging.orders anti join staging.persons using (person_id) where person_id is not null) as lost_persons`),
    ).toEqual([
      { repeated_lines: 0, repeated_orders: 0, repeated_products: 0, lost_products: 0, lost_persons: 0 },
    ])
  },
)

test('without its file the project says where to get it, as a fault of usage', async () => {
  const intake = await openIntake({
    'online-retail': await readFile(join(project, 'sources/online-retail.yaml'), 'utf8'),
  })
  await expect(intake.extract()).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /\$ONLINE_RETAIL_CSV, input\/online_retail\.csv\.gz[\s\S]*UCI Machine Learning Repository[\s\S]*CustomerID/,
    ),
  })
})
