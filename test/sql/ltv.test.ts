import { expect, test } from 'vitest'
import { purchaseModel } from '../../pipelines/fit/candidates.ts'
import { meanSpend } from '../../pipelines/fit/gamma-gamma.ts'
import { discountedExpected } from '../../pipelines/fit/value.ts'
import { drawBase } from './base.ts'
import { buildTiny } from './tiny.ts'

const base = drawBase({ customers: 400, leaves: 0.15, seed: 7 })
const firstTen = base.staging.persons.slice(0, 10).map(({ person_id }) => person_id)
const db = await buildTiny({
  ...base,
  select: ['+ltv.*', '+churn.customers', '+rfm.ranking'],
  params: { horizon_months: 24, discount_rate: 0.1, default_margin: 0.3, mgc_threshold: 50 },
  staging: {
    ...base.staging,
    // A letter a week to each of the first ten, at 5 pounds: who buys little costs more than they bring.
    contacts: firstTen.flatMap((person_id) =>
      Array.from({ length: 52 }, (_, week) => ({
        contact_id: `${person_id}-${week}`,
        campaign_id: 'letters',
        cell: 'treatment',
        person_id,
        contacted_on: new Date(Date.parse(base.asOf) - week * 7 * 86_400_000).toISOString().slice(0, 10),
        cost: 5,
      })),
    ),
  },
})

interface Scored {
  model: string
  r: number
  alpha: number
  a: number
  b: number
  s: number
  beta: number
  p: number
  q: number
  gamma: number
  x: number
  t_x: number
  age: number
  purchases: number
  gross_sales: number
  contact_cost_monthly: number
  expected_purchases: number
  expected_purchase_value: number
  margin_rate: number
  predicted_value: number
}

const scored = await db.rows<Scored>(`
  select f.model, f.r, f.alpha, f.a, f.b, f.s, f.beta, s.p, s.q, s.gamma, h.x, h.t_x, h.age, l.purchases, c.gross_sales,
    l.contact_cost_monthly, l.expected_purchases, l.expected_purchase_value, l.margin_rate, l.predicted_value
  from ltv.customers as l
  join core.customers as c on c.customer_id = l.customer_id
  join churn.histories as h on h.basis = 'full' and h.customer_id = l.customer_id
  join churn.choice as k on k.kind = l.kind
  join churn.fits as f on f.basis = 'full' and f.kind = l.kind and f.model = k.forecast_model
  join ltv.spend_fits as s on s.basis = 'full' and s.kind = l.kind
  order by l.customer_id`)

const [weeksPerMonth, monthly] = [365.25 / 84, 1.1 ** (1 / 12) - 1]
const annuity = (1 - (1 + monthly) ** -24) / monthly

test('a base that leaves gets a model that says so, and it is not NBD', async () => {
  const [choice] = await db.rows('select * from churn.choice')
  expect(choice).toMatchObject({ forecast_reason: null, alive_reason: null, horizon_months: 24 })
  expect(choice?.forecast_model).not.toBe('nbd')
})

test('each predicted value is the formula of its own parameters', () => {
  expect(scored).toHaveLength(400)
  for (const row of scored) {
    const horizon = { months: 24, unitsPerMonth: weeksPerMonth, ratePerMonth: monthly }
    const model = purchaseModel(row.model)
    const ahead = discountedExpected(
      model,
      { r: row.r, alpha: row.alpha, a: row.a, b: row.b, s: row.s, beta: row.beta },
      row.x,
      row.t_x / 7,
      row.age / 7,
      horizon,
    )
    const spend = meanSpend(
      { p: row.p, q: row.q, gamma: row.gamma },
      row.purchases,
      row.gross_sales / row.purchases,
    )
    expect(row.expected_purchases).toBeCloseTo(ahead.transactions, 6)
    expect(row.expected_purchase_value).toBeCloseTo(spend, 3)
    const value = ahead.discounted * spend * row.margin_rate - row.contact_cost_monthly * annuity
    expect(Math.abs(row.predicted_value - value)).toBeLessThan(0.01)
  }
})

test('costs are not known, so every margin is the default one, and the assumptions say so', async () => {
  const [row] = await db.rows(
    'select margin_rate, assumed_cost_share, credibility_sales from ltv.assumptions',
  )
  expect(row?.margin_rate).toBeCloseTo(0.3, 6)
  expect(row).toMatchObject({ assumed_cost_share: 1 })
})

test('tiers follow their rules', async () => {
  const customers = await db.rows<{ tier: string; value: number; gap: number | null; contribution: number }>(
    'select tier, predicted_value as value, growth_gap as gap, contribution from ltv.customers',
  )
  const of = (tier: string) => customers.filter((customer) => customer.tier === tier)
  const [edge] = await db.rows<{ edge: number }>(
    'select quantile_cont(predicted_value, 0.9) as edge from ltv.customers',
  )
  expect(of('MVC')).toHaveLength(40)
  expect(of('MVC').every(({ value }) => value >= (edge?.edge as number))).toBe(true)
  expect(of('BZ').length).toBeGreaterThan(0)
  expect(of('BZ')).toEqual(customers.filter(({ value }) => value < 0))
  expect(of('MGC').length).toBeGreaterThan(0)
  expect(
    of('MGC').every(({ gap, value, contribution }) => (gap as number) >= 50 && value > 0 && contribution > 0),
  ).toBe(true)
})

test('the total lies in its interval, and the best tenth holds what the deciles say', async () => {
  const [total] = await db.rows<Record<string, number>>(`select * from ltv.totals where kind = 'all'`)
  const {
    customers,
    predicted_value: value,
    predicted_lower: low,
    predicted_upper: high,
  } = total as Record<string, number>
  expect(customers).toBe(400)
  expect(low).toBeLessThan(value as number)
  expect(high).toBeGreaterThan(value as number)
  // Before the letters, whose cost is certain: with 400 customers, most of them gone, chance and parameters move it by less than half.
  const letters = scored.reduce((sum, row) => sum + row.contact_cost_monthly, 0) * annuity
  expect((high as number) - (value as number)).toBeLessThan(0.5 * ((value as number) + letters))
  const values = scored.map((row) => row.predicted_value).sort((a, b) => b - a)
  const [best] = await db.rows(
    `select amount, customers from ltv.deciles where kind = 'all' and measure = 'predicted_value' and decile = 1`,
  )
  expect(best?.customers).toBe(40)
  expect(best?.amount).toBeCloseTo(
    values.slice(0, 40).reduce((sum, one) => sum + one, 0),
    2,
  )
})

test('value month by month adds up to the predicted value, and wanes', async () => {
  const months = await db.rows<{ value: number; purchases: number }>(
    'select value, purchases from ltv.months order by month',
  )
  expect(months).toHaveLength(24)
  const total = scored.reduce((sum, row) => sum + row.predicted_value, 0)
  expect(Math.abs(months.reduce((sum, { value }) => sum + value, 0) - total)).toBeLessThan(0.1)
  expect(months.at(-1)?.purchases).toBeLessThan(months[0]?.purchases as number)
})

test('last year’s forecast knew nothing of what came, and was about right', async () => {
  const [whole] = await db.rows<Record<string, number>>(
    `select * from ltv.back_test where kind = 'all' and decile = 0`,
  )
  const [fact] = await db.rows<Record<string, number>>(`
    with known as (select customer_id, ends_on from churn.histories where basis = 'year_ago')
    select count(distinct customer_id) as customers, count(*) filter (where purchased_on > ends_on) as purchases
    from core.purchases join known using (customer_id)`)
  expect(whole).toMatchObject(fact as Record<string, number>)
  const ratio = (whole?.expected_purchases as number) / (whole?.purchases as number)
  // Some 250 purchases of 400 customers: chance and parameters move them by a tenth or so.
  expect(Math.abs(ratio - 1)).toBeLessThan(0.3)
  const [sums] = await db.rows<Record<string, number>>(
    `select sum(predicted) as predicted, sum(actual) as actual from ltv.back_test where kind = 'all' and decile > 0`,
  )
  expect(sums?.predicted).toBeCloseTo(whole?.predicted as number, 2)
  expect(sums?.actual).toBeCloseTo(whole?.actual as number, 2)
})

test('every ranking of a year ago shares out the same contribution, and the forecast is the better guide', async () => {
  const rows = await db.rows<Record<string, number | string>>(`
    select ranking, sum(actual) as actual, sum(customers) as customers,
      max(cumulative_share) filter (where decile = 3) as best
    from rfm.ranking group by ranking order by ranking`)
  expect(rows.map(({ ranking }) => ranking)).toEqual([
    'forecast',
    'independent_scores',
    'last_year',
    'nested_scores',
  ])
  expect(new Set(rows.map(({ actual }) => actual)).size).toBe(1)
  const best = Object.fromEntries(rows.map(({ ranking, best: share }) => [ranking, share]))
  expect(best.forecast).toBeGreaterThan(best.nested_scores as number)
})

test('each customer has an interval that holds the mean, and a chance to buy', async () => {
  const [row] = await db.rows<Record<string, number>>(`
    select count(*) as n, count(*) filter (where purchases_low_12m <= ceil(expected_purchases_12m)
      and expected_purchases_12m <= purchases_high_12m + 1 and buys_12m between 0 and 1) as sound,
      sum(buys_12m) <= sum(expected_purchases_12m) as is_below
    from churn.customers`)
  expect(row).toEqual({ n: 400, sound: 400, is_below: true })
})

test('a base that nobody leaves collapses: no P(alive), and forecasts from NBD', async () => {
  const loyal = await buildTiny({
    ...drawBase({ customers: 150, leaves: 0, seed: 11 }),
    select: ['+churn.customers', '+ltv.customers'],
  })
  expect(
    await loyal.rows('select forecast_model, forecast_reason, alive_model, alive_reason from churn.choice'),
  ).toEqual([
    { forecast_model: 'nbd', forecast_reason: 'collapsed', alive_model: null, alive_reason: 'collapsed' },
  ])
  expect(await loyal.rows('select distinct p_alive, p_alive_reason from churn.customers')).toEqual([
    { p_alive: null, p_alive_reason: 'collapsed' },
  ])
  const [forecast] = await loyal.rows(
    `select count(*) as n, min(predicted_value) as least from ltv.customers where predicted_reason = 'collapsed'`,
  )
  expect(forecast?.n).toBe(150)
  expect(forecast?.least).toBeGreaterThan(0)
}, 300_000)
