import { expect, test } from 'vitest'
import { buildTiny, person } from './tiny.ts'

/**
 * Reported month: May 2024, because June is under way on 10 June. The books begin in April. The dollar fell from 0.20 to 0.10
 * on 1 May and stands at 0.10 on the as-of day.
 *   April   GB: a 100.   HK: b 1,000 dollars = 200
 *   May     GB: a 150, c 50, a return of 30 by a.   HK: b 1,000 dollars = 100.   nobody known: 40
 *   June    GB: c 10
 */
let number = 0
function sale(day: string, person_id: string | null, amount: number, currency = 'GBP') {
  number += 1
  const order_id = `o${number}`
  return {
    order: {
      order_id,
      customer_kind: person_id && 'person',
      person_id,
      ordered_at: `${day} 09:00:00`,
      order_class: 'retail',
      channel_id: 'web',
      currency,
      status: 'completed',
    },
    line: {
      line_id: order_id,
      order_id,
      quantity: Math.sign(amount),
      unit_price: Math.abs(amount),
      discount: 0,
      net_amount: amount,
      unit_cost: 0,
    },
  }
}

const sales = [
  sale('2024-04-05', 'a', 100),
  sale('2024-04-06', 'b', 1000, 'HKD'),
  sale('2024-05-02', 'a', 150),
  sale('2024-05-03', 'c', 50),
  sale('2024-05-20', 'a', -30),
  sale('2024-05-21', 'b', 1000, 'HKD'),
  sale('2024-05-22', null, 40),
  sale('2024-06-04', 'c', 10),
]
const target = (metric: string, market: string | null, month: string, value: number) => ({
  target_id: `${metric} ${market} ${month}`,
  metric,
  market,
  month,
  value,
})

const db = await buildTiny({
  asOf: '2024-06-10',
  select: ['+summary.*'],
  params: { min_repeat_buyers: 1 },
  staging: {
    persons: [person('a'), person('b', 'HK'), person('c')],
    channels: [{ channel_id: 'web', name: 'Web', kind: 'online' }],
    orders: sales.map(({ order }) => order),
    order_lines: sales.map(({ line }) => line),
    fx_rates: [
      { rate_date: '2024-01-01', from_currency: 'HKD', to_currency: 'GBP', rate: 0.2 },
      { rate_date: '2024-05-01', from_currency: 'HKD', to_currency: 'GBP', rate: 0.1 },
    ],
    targets: [
      target('net_sales', 'GB', '2024-05-01', 200),
      target('net_sales', 'HK', '2024-05-01', 150),
      target('active_customers', null, '2024-05-01', 4),
      target('new_customers', null, '2024-04-01', 9),
    ],
  },
})

test('the reported periods are whole months, and say when the books do not reach back', async () => {
  const periods = await db.rows(
    'select period, comparison, cast(from_on as varchar) as from_on, cast(to_on as varchar) as to_on, is_covered from summary.periods',
  )
  expect(periods).toEqual([
    { period: 'month', comparison: 'prior', from_on: '2024-04-01', to_on: '2024-04-30', is_covered: true },
    { period: 'month', comparison: 'this', from_on: '2024-05-01', to_on: '2024-05-31', is_covered: true },
    {
      period: 'month',
      comparison: 'year_before',
      from_on: '2023-05-01',
      to_on: '2023-05-31',
      is_covered: false,
    },
    { period: 'quarter', comparison: 'prior', from_on: '2023-12-01', to_on: '2024-02-29', is_covered: false },
    { period: 'quarter', comparison: 'this', from_on: '2024-03-01', to_on: '2024-05-31', is_covered: false },
    {
      period: 'quarter',
      comparison: 'year_before',
      from_on: '2023-03-01',
      to_on: '2023-05-31',
      is_covered: false,
    },
    { period: 'year', comparison: 'prior', from_on: '2022-06-01', to_on: '2023-05-31', is_covered: false },
    { period: 'year', comparison: 'this', from_on: '2023-06-01', to_on: '2024-05-31', is_covered: false },
    {
      period: 'year',
      comparison: 'year_before',
      from_on: '2022-06-01',
      to_on: '2023-05-31',
      is_covered: false,
    },
  ])
})

test('the month against the month before, in all and by market', async () => {
  const kpis = await db.rows(`
    select comparison, member, gross_sales, returned, net_sales, net_sales_constant, orders, buyers, new_customers, repeat_buyers, unknown_net_sales
    from summary.kpis
    where period = 'month' and dimension in ('all', 'market') and comparison <> 'year_before'
    order by comparison desc, member`)
  const figures = (sums: number[], counts: number[], unknown: number) => ({
    gross_sales: sums[0],
    returned: sums[1],
    net_sales: sums[2],
    net_sales_constant: sums[3],
    orders: counts[0],
    buyers: counts[1],
    new_customers: counts[2],
    repeat_buyers: counts[3],
    unknown_net_sales: unknown,
  })
  expect(kpis).toEqual([
    { comparison: 'this', member: 'GB', ...figures([200, 30, 170, 170], [2, 2, 1, 1], 0) },
    { comparison: 'this', member: 'HK', ...figures([100, 0, 100, 100], [1, 1, 0, 1], 0) },
    { comparison: 'this', member: 'all', ...figures([340, 30, 310, 310], [4, 3, 1, 2], 40) },
    { comparison: 'this', member: 'unknown', ...figures([40, 0, 40, 40], [1, 0, 0, 0], 40) },
    { comparison: 'prior', member: 'GB', ...figures([100, 0, 100, 100], [1, 1, 1, 0], 0) },
    // 1,000 dollars were 200 pounds then, and 100 at today's rate: sales at constant rates did not change.
    { comparison: 'prior', member: 'HK', ...figures([200, 0, 200, 100], [1, 1, 1, 0], 0) },
    { comparison: 'prior', member: 'all', ...figures([300, 0, 300, 200], [2, 2, 2, 0], 0) },
    { comparison: 'prior', member: 'unknown', ...figures([0, 0, 0, 0], [0, 0, 0, 0], 0) },
  ])
})

test('rates have their denominators; a period out of the books has no figures', async () => {
  const [month] = await db.rows(
    `select average_order_value, return_rate, repeat_rate from summary.kpis where period = 'month' and comparison = 'this' and member = 'all'`,
  )
  expect(month?.average_order_value).toBeCloseTo(340 / 4, 9)
  expect(month?.return_rate).toBeCloseTo(30 / 340, 9)
  expect(month?.repeat_rate).toBeCloseTo(2 / 3, 9)
  const [year] = await db.rows(
    `select net_sales, buyers, average_order_value from summary.kpis where period = 'year' and comparison = 'this' and member = 'all'`,
  )
  expect(year).toEqual({ net_sales: null, buyers: null, average_order_value: null })
})

test('the target of the firm is the one set for it, else the sum of the markets', async () => {
  const targets = await db.rows(`
    select member, target_net_sales, target_active_customers, target_new_customers
    from summary.kpis
    where period = 'month' and comparison = 'this' and dimension in ('all', 'market') and member <> 'unknown'
    order by member`)
  expect(targets).toEqual([
    { member: 'GB', target_net_sales: 200, target_active_customers: null, target_new_customers: null },
    { member: 'HK', target_net_sales: 150, target_active_customers: null, target_new_customers: null },
    { member: 'all', target_net_sales: 350, target_active_customers: 4, target_new_customers: null },
  ])
})

test('months go on to the one under way', async () => {
  const months = await db.rows(`
    select cast(month as varchar) as month, is_complete, net_sales, active_customers, target_new_customers
    from summary.monthly_kpis where dimension = 'all' order by month`)
  expect(months).toEqual([
    { month: '2024-04-01', is_complete: true, net_sales: 300, active_customers: 2, target_new_customers: 9 },
    {
      month: '2024-05-01',
      is_complete: true,
      net_sales: 310,
      active_customers: 3,
      target_new_customers: null,
    },
    {
      month: '2024-06-01',
      is_complete: false,
      net_sales: 10,
      active_customers: 3,
      target_new_customers: null,
    },
  ])
})
