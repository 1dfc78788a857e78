import { expect, test } from 'vitest'
import { drawBase } from './base.ts'
import { buildTiny } from './tiny.ts'

/**
 * 6-MP in leukaemia (Freireich and others 1963): weeks to relapse of 21 patients, + still well when last seen. A standard
 * example of Kaplan–Meier estimates; here a week is a day of a subscription.
 */
const weeks = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+'.split(' ')
const asOf = '2024-09-26'
const before = (days: number) => new Date(Date.parse(asOf) - days * 86_400_000).toISOString().slice(0, 10)

const base = drawBase({ customers: 420, leaves: 0.15, seed: 3 })
const db = await buildTiny({
  asOf,
  select: ['+churn.*', '+segments.*', '+lookalikes.*'],
  params: { min_repeat_buyers: 20 },
  staging: {
    ...base.staging,
    subscriptions: weeks.map((text, i) => {
      const days = Number.parseInt(text, 10)
      return text.endsWith('+')
        ? { subscription_id: `s${i}`, plan: '6-MP', started_on: before(days) }
        : { subscription_id: `s${i}`, plan: '6-MP', started_on: before(days + 1), ended_on: before(1) }
    }),
  },
})

test('the demonstration base ends where the subscriptions do', () => {
  expect(base.asOf).toBe(asOf)
})

test('survival of a published set, with Greenwood’s errors', async () => {
  const curve = await db.rows(
    `select days, at_risk, ended, round(survival, 3) as survival, round(standard_error, 4) as error, lower < survival and survival < upper as within
     from churn.survival where contract_kind = 'subscription' and plan = 'all' order by days`,
  )
  expect(curve).toEqual([
    { days: 6, at_risk: 21, ended: 3, survival: 0.857, error: 0.0764, within: true },
    { days: 7, at_risk: 17, ended: 1, survival: 0.807, error: 0.0869, within: true },
    { days: 10, at_risk: 15, ended: 1, survival: 0.753, error: 0.0963, within: true },
    { days: 13, at_risk: 12, ended: 1, survival: 0.69, error: 0.1068, within: true },
    { days: 16, at_risk: 11, ended: 1, survival: 0.627, error: 0.1141, within: true },
    { days: 22, at_risk: 7, ended: 1, survival: 0.538, error: 0.1282, within: true },
    { days: 23, at_risk: 6, ended: 1, survival: 0.448, error: 0.1346, within: true },
  ])
})

test('what the model is given of a stretch does not know what came after it', async () => {
  const wrong = await db.rows(`
    select f.customer_id
    from churn.features as f
    join core.purchases as p on p.customer_id = f.customer_id and p.purchased_on <= as_of() - cast(f.stretch * 182 as integer)
    group by f.customer_id, f.stretch, f.purchases, f.silent_days
    having count(*) <> f.purchases or max(p.purchased_on) <> as_of() - cast(f.stretch * 182 + f.silent_days as integer)`)
  expect(wrong).toEqual([])
  const labels = await db.rows(`
    select f.customer_id
    from churn.features as f
    left join core.purchases as p on p.customer_id = f.customer_id
      and p.purchased_on > as_of() - cast(f.stretch * 182 as integer) and p.purchased_on <= as_of() - cast((f.stretch - 1) * 182 as integer)
    where f.stretch > 0
    group by f.customer_id, f.stretch, f.is_lost
    having (count(p.purchased_on) = 0) <> f.is_lost`)
  expect(labels).toEqual([])
})

test('the risk beats both naive rules on held-out time, and every buyer has one with its reasons', async () => {
  const [choice] = await db.rows(
    'select reason, beats_naive, area_under_curve > naive_area_under_curve as is_sharper from churn.risk_choice',
  )
  expect(choice).toEqual({ reason: null, beats_naive: true, is_sharper: true })
  const [risks] = await db.rows(
    `select count(*) as buyers, count(risk) as told, count(*) filter (where risk > 0.8 and reason_1 is null) as unexplained from churn.risks`,
  )
  expect(risks?.told).toBe(risks?.buyers)
  expect(risks?.unexplained).toBe(0)
  const [drivers] = await db.rows(
    `select feature from churn.drivers where place = 1 and feature in ('silent_days', 'silence', 'recent_purchases') limit 1`,
  )
  expect(drivers).toBeDefined()
})

test('the area under the curve is that of all pairs', async () => {
  const [pairs] = await db.rows(`
    with judged as (
      select s.risk, p.customers, p.lost
      from churn.risk_scores as s
      join churn.risk_fits as f on f.basis = s.basis and f.learner = s.learner and f.is_chosen
      join churn.example_patterns as p on p.stretch = 1 and p.pattern = s.pattern
      where s.basis = 'calibration'
    )
    select round(sum(a.lost * (b.customers - b.lost) * case when a.risk > b.risk then 1 when a.risk = b.risk then 0.5 else 0 end)
      / sum(a.lost * (b.customers - b.lost)), 6) as by_pairs,
      (select round(area_under_curve, 6) from churn.risk_evidence where is_chosen) as published
    from judged as a cross join judged as b`)
  expect(pairs?.published).toBeCloseTo(Number(pairs?.by_pairs), 5)
})

test('segments hold every buyer once, have names of their own, and their moves foot', async () => {
  const [sizes] = await db.rows(`
    select (select sum(customers) from segments.profiles) as members, (select count(*) from core.customers where purchases > 0) as buyers,
      (select count(*) = count(distinct segment) and count(*) >= 3 from segments.names) as are_named,
      (select sum(customers) from segments.migration) as moved`)
  expect(sizes).toMatchObject({ members: sizes?.buyers, moved: sizes?.buyers, are_named: true })
})

test('without lists no name is scored, and a code says why', async () => {
  expect(await db.rows('select reason, buyers, prospects from lookalikes.evidence')).toEqual([
    expect.objectContaining({ reason: 'no_lists', prospects: 0 }),
  ])
  expect(await db.rows('from lookalikes.prospects')).toEqual([])
})
