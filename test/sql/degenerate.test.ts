import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { buildTiny, person, purchases } from './tiny.ts'

const counts = (db: Awaited<ReturnType<typeof buildTiny>>) =>
  db.rows<{ table: string; rows: number }>(`
    select 'rfm.customers' as table, count(*) as rows from rfm.customers
    union all select 'churn.customers', count(*) from churn.customers
    union all select 'ltv.customers', count(*) from ltv.customers
    union all select 'summary.measures', count(*) from summary.measures`)

/** No number that is none, in any table of the schemas that estimate. */
async function expectNumbers(db: Awaited<ReturnType<typeof buildTiny>>) {
  const columns = await db.rows<{ name: string; column: string }>(`
    select table_schema || '.' || table_name as name, column_name as "column" from information_schema.columns
    where table_schema in ('churn', 'segments', 'lookalikes', 'baskets') and data_type = 'DOUBLE'`)
  for (const { name, column } of columns) {
    const bad = await db.rows(
      sql`select 1 from ${sql.table(name)} where isnan(${sql.id(column)}) or isinf(${sql.id(column)})`,
    )
    expect(bad, `${name}.${column}`).toEqual([])
  }
}

const reasons = (db: Awaited<ReturnType<typeof buildTiny>>) =>
  db.rows(
    'select c.reason as risk, e.reason as alike, (select count(*) from segments.names) as segments from churn.risk_choice as c, lookalikes.evidence as e',
  )

test('a firm without a single order is built, and is empty', async () => {
  const db = await buildTiny({ asOf: '2024-03-31', staging: {} })
  expect(await reasons(db)).toEqual([{ risk: 'no_buyers', alike: 'no_lists', segments: 0 }])
  await expectNumbers(db)
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
  expect(await reasons(db)).toEqual([{ risk: 'short_history', alike: 'no_lists', segments: 0 }])
  await expectNumbers(db)
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
  await expectNumbers(db)
})

/** Thirty persons who buy on the same days, every 60 days or once; nothing sets them apart. */
const alike = (days: string[]) => {
  const ids = Array.from({ length: 30 }, (_, i) => `c${i}`)
  const bought = ids.map((id) =>
    purchases(
      id,
      days.map((day) => [day, 20]),
    ),
  )
  return {
    asOf: '2024-03-31',
    params: { min_repeat_buyers: 2 },
    staging: {
      persons: ids.map((id) => person(id)),
      orders: bought.flatMap(({ orders }) => orders),
      order_lines: bought.flatMap(({ order_lines }) => order_lines),
    },
  }
}
const steady = Array.from({ length: 20 }, (_, i) =>
  new Date(Date.parse('2021-01-15') + i * 60 * 86_400_000).toISOString().slice(0, 10),
)

test('nobody was ever lost, or everybody: a code says so, the rules decide, and no number is none', async () => {
  for (const [days, risk] of [
    [steady, 'nobody_lost'],
    [['2021-06-01'], 'everybody_lost'],
  ] as const) {
    const db = await buildTiny(alike([...days]))
    // All are alike: there are no clusters to be found.
    expect(await reasons(db)).toEqual([{ risk, alike: 'no_lists', segments: 0 }])
    const [told] = await db.rows(
      'select count(*) as buyers, count(risk) as risks, count(action) as actions from churn.risks',
    )
    expect(told).toEqual({ buyers: 30, risks: 0, actions: 30 })
    await expectNumbers(db)
  }
})
