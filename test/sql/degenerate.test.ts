import { expect, test } from 'vitest'
import { buildTiny, person, purchases } from './tiny.ts'

const counts = (db: Awaited<ReturnType<typeof buildTiny>>) =>
  db.rows<{ table: string; rows: number }>(`
    select 'rfm.customers' as table, count(*) as rows from rfm.customers
    union all select 'churn.customers', count(*) from churn.customers
    union all select 'ltv.customers', count(*) from ltv.customers
    union all select 'summary.measures', count(*) from summary.measures`)

test('a firm without a single order is built, and is empty', async () => {
  const db = await buildTiny({ asOf: '2024-03-31', staging: {} })
  expect((await counts(db)).every(({ rows }) => rows === 0)).toBe(true)
  expect(await db.rows('select lines, net_amount from core.reconciliation where class = $$all$$')).toEqual([
    { lines: 0, net_amount: 0 },
  ])
})

test('one customer, one purchase, on the as-of day', async () => {
  const db = await buildTiny({
    asOf: '2024-03-31',
    params: { min_repeat_buyers: 1 },
    staging: { persons: [person('1')], ...purchases('1', [['2024-03-31', 25]]) },
  })
  const [customer] = await db.rows('select * from ltv.customers')
  expect(customer).toMatchObject({
    contribution: 10,
    predicted_value: null,
    predicted_reason: 'short_history',
  })
  const [threshold] = await db.rows('select gaps, lapse_days from churn.thresholds')
  expect(threshold).toEqual({ gaps: 0, lapse_days: null })
  const [state] = await db.rows('select state, p_alive from churn.customers')
  expect(state).toEqual({ state: 'active', p_alive: null })
})

test('one outlier and a base of one-time buyers: numbers, never NaN', async () => {
  const ids = Array.from({ length: 30 }, (_, i) => `c${i}`)
  const bought = [
    ...ids.map((id, i) => purchases(id, [[`2023-01-${String(1 + i).padStart(2, '0')}`, 10 + i]])),
    purchases('big', [
      ['2022-01-01', 1_000_000],
      ['2022-06-01', 1_000_000],
      ['2023-01-01', 1_000_000],
    ]),
  ]
  const db = await buildTiny({
    asOf: '2024-03-31',
    params: { min_repeat_buyers: 1 },
    staging: {
      persons: [...ids, 'big'].map((id) => person(id)),
      orders: bought.flatMap(({ orders }) => orders),
      order_lines: bought.flatMap(({ order_lines }) => order_lines),
    },
  })
  const bad = await db.rows(`
    select * from ltv.customers
    where isnan(cast(expected_purchase_value as double)) or expected_purchase_value < 0 or margin_rate is null
      or (predicted_value is null) <> (predicted_reason is not null and predicted_reason not in ('left', 'collapsed'))`)
  expect(bad).toEqual([])
  const [total] = await db.rows(`select customers from ltv.totals where kind = 'all'`)
  expect(total).toEqual({ customers: 31 })
})
