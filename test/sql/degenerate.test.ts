import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { dayAfter, drawBase } from './base.ts'
import { buildTiny, person, purchases } from './tiny.ts'

const counts = (db: Awaited<ReturnType<typeof buildTiny>>) =>
  db.rows<{ table: string; rows: number }>(`
    select 'rfm.customers' as table, count(*) as rows from rfm.customers
    union all select 'churn.customers', count(*) from churn.customers
    union all select 'ltv.customers', count(*) from ltv.customers
    union all select 'summary.measures', count(*) from summary.measures`)

/** Every number of the models that estimate that is not one. */
async function strangeNumbers(db: Awaited<ReturnType<typeof buildTiny>>): Promise<string[]> {
  const tables = await db.rows<{ table: string; columns: string[] }>(`
    select table_schema || '.' || table_name as "table", list(column_name) as columns from information_schema.columns
    where table_schema in ('churn', 'ltv', 'rfm', 'segments', 'lookalikes', 'baskets', 'campaigns', 'contacts', 'prices', 'base', 'cohorts', 'finance', 'openings', 'triggers', 'products', 'channels', 'service', 'loyalty') and data_type = 'DOUBLE' group by all`)
  const found = []
  for (const { table, columns } of tables) {
    const counts = columns.map(
      (column) => sql`count(*) filter (where not isfinite(${sql.id(column)})) as ${sql.id(column)}`,
    )
    const [row] = await db.rows(sql`select ${sql.join(counts)} from ${sql.table(table)}`)
    found.push(...columns.filter((column) => row?.[column] !== 0).map((column) => `${table}.${column}`))
  }
  return found
}

/** All that estimates, but for what lists are needed for: a firm without lists is built whole by the first two tests. */
const estimates = ['churn', 'ltv', 'rfm', 'segments', 'baskets', 'summary'].map((schema) => `+${schema}.*`)

const reasons = (db: Awaited<ReturnType<typeof buildTiny>>) =>
  db.rows(
    'select c.reason as risk, e.reason as alike, (select count(*) from segments.names) as segments from churn.risk_choice as c, lookalikes.evidence as e',
  )

test('a firm without a single order is built, and is empty', async () => {
  const db = await buildTiny({ asOf: '2024-03-31', staging: {} })
  expect(await reasons(db)).toEqual([{ risk: 'no_buyers', alike: 'no_lists', segments: 0 }])
  expect(await strangeNumbers(db)).toEqual([])
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
  expect(await strangeNumbers(db)).toEqual([])
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
    select: estimates,
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
  expect(await strangeNumbers(db)).toEqual([])
})

test('all bought once, on one day: no forecast, and the reason', async () => {
  const ids = Array.from({ length: 40 }, (_, i) => `c${i}`)
  const bought = ids.map((id) => purchases(id, [['2022-01-05', 20]]))
  const db = await buildTiny({
    asOf: '2024-03-31',
    select: estimates,
    params: { min_repeat_buyers: 1 },
    staging: {
      persons: ids.map((id) => person(id)),
      orders: bought.flatMap(({ orders }) => orders),
      order_lines: bought.flatMap(({ order_lines }) => order_lines),
    },
  })
  expect(await db.rows('select forecast_model, forecast_reason, alive_reason from churn.choice')).toEqual([
    {
      forecast_model: null,
      forecast_reason: 'too_few_repeat_buyers',
      alive_reason: 'too_few_repeat_buyers',
    },
  ])
  expect(await db.rows('select distinct boundary, converged from churn.fits')).toEqual([
    { boundary: 'no_repeat', converged: false },
  ])
  expect(await db.rows('select count(*) as n from ltv.months')).toEqual([{ n: 0 }])
  expect(await strangeNumbers(db)).toEqual([])
})

test('free goods, nothing but returns, and a buyer of a million a day, among others: finite values for all', async () => {
  const base = drawBase({ customers: 150, leaves: 0.15, seed: 3 })
  const odd = [
    purchases('free', [
      ['2023-01-05', 0],
      ['2023-06-05', 0],
    ]),
    purchases('back', [
      ['2023-02-01', 80],
      ['2023-08-01', -80],
      ['2023-08-02', -500],
    ]),
    purchases(
      'million',
      Array.from({ length: 60 }, (_, i) => [dayAfter('2023-01-01', 10 * i), 1_000_000]),
    ),
  ]
  const db = await buildTiny({
    asOf: base.asOf,
    select: estimates,
    params: { min_repeat_buyers: 20 },
    staging: {
      persons: [...base.staging.persons, ...['free', 'back', 'million'].map((id) => person(id))],
      orders: [...base.staging.orders, ...odd.flatMap(({ orders }) => orders)],
      order_lines: [
        ...base.staging.order_lines,
        ...odd.flatMap(({ order_lines }) =>
          order_lines.map((line) => ({
            ...line,
            quantity: line.net_amount < 0 ? -1 : 1,
            unit_price: Math.abs(line.unit_price),
          })),
        ),
      ],
    },
  })
  const [choice] = await db.rows('select forecast_model, forecast_reason from churn.choice')
  expect(choice).toMatchObject({ forecast_model: expect.any(String), forecast_reason: null })
  const customers = await db.rows<{ id: string; value: number; purchase: number }>(
    `select customer_id as id, predicted_value as value, expected_purchase_value as purchase from ltv.customers order by 1`,
  )
  expect(customers.length).toBeGreaterThanOrEqual(151)
  expect(customers.every(({ value }) => Number.isFinite(value))).toBe(true)
  const million = customers.find(({ id }) => id === 'Pmillion')
  expect(million?.purchase).toBeGreaterThan(500_000)
  expect(await strangeNumbers(db)).toEqual([])
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
    select: estimates,
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
    expect(
      await db.rows(
        'select reason as risk, (select count(*) from segments.names) as segments from churn.risk_choice',
      ),
    ).toEqual([{ risk, segments: 0 }])
    const [told] = await db.rows(
      'select count(*) as buyers, count(risk) as risks, count(action) as actions from churn.risks',
    )
    expect(told).toEqual({ buyers: 30, risks: 0, actions: 30 })
    expect(await strangeNumbers(db)).toEqual([])
  }
})
