import { expect, test } from 'vitest'
import { bgNbd, mbgNbd } from '../../pipelines/fit/cnbd.ts'
import { type Held, judge, judgeModel, judgeNaive } from '../../pipelines/fit/judge.ts'
import { paretoNbd } from '../../pipelines/fit/pareto-nbd.ts'
import { cdnow, hasCdnow, whyNot } from './cdnow.ts'
import { patternsOf } from './histories.ts'

const f = (...values: number[]) => Float64Array.from(values)

test('errors, bias, groups and deciles count customers, not rows', () => {
  const judgement = judge({ x: f(0, 1, 9), forecast: f(0.5, 1, 4), actual: f(0, 2, 4), n: f(6, 3, 1) }, 2)
  expect(judgement).toMatchObject({
    customers: 10,
    mae: (6 * 0.5 + 3 * 1) / 10,
    rmse: Math.sqrt((6 * 0.25 + 3) / 10),
    totalForecast: 10,
    totalActual: 10,
    bias: 0,
    byFrequency: [
      { x: 0, customers: 6, forecast: 0.5, actual: 0 },
      { x: 1, customers: 3, forecast: 1, actual: 2 },
      { x: 2, customers: 1, forecast: 4, actual: 4 },
    ],
  })
  expect(judgement.byDecile).toEqual([
    { customers: 6, forecast: 0.5, actual: 0 },
    { customers: 3, forecast: 1, actual: 2 },
    { customers: 1, forecast: 4, actual: 4 },
  ])
})

test('counts stand for customers in every figure', () => {
  const counted = judge({ x: f(0, 1, 2), forecast: f(0.2, 0.9, 2), actual: f(0, 3, 1), n: f(3, 2, 2) })
  const spread = judge({
    x: f(0, 0, 0, 1, 1, 2, 2),
    forecast: f(0.2, 0.2, 0.2, 0.9, 0.9, 2, 2),
    actual: f(0, 0, 0, 3, 3, 1, 1),
    n: f(1, 1, 1, 1, 1, 1, 1),
  })
  expect(counted.rankCorrelation).toBeCloseTo(spread.rankCorrelation as number, 12)
  expect(counted.mae).toBeCloseTo(spread.mae, 12)
  expect(counted.byDecile).toEqual(spread.byDecile)
})

test('rank correlation is Spearman’s, with ties', () => {
  const one = f(1, 1, 1, 1, 1)
  const of = (forecast: Float64Array, actual: Float64Array) =>
    judge({ x: one, forecast, actual, n: one }).rankCorrelation
  expect(of(f(1, 2, 3, 4, 5), f(2, 4, 8, 16, 99))).toBeCloseTo(1, 12)
  expect(of(f(1, 2, 3, 4, 5), f(5, 4, 3, 2, 1))).toBeCloseTo(-1, 12)
  // Ranks 1, 2, 3, 4, 5 against 1.5, 1.5, 3.5, 3.5, 5: covariance 9, variances 10 and 9.
  expect(of(f(1, 2, 3, 4, 5), f(0, 0, 1, 1, 2))).toBeCloseTo(9 / Math.sqrt(90), 12)
  expect(of(f(1, 1, 1, 1, 1), f(0, 0, 1, 1, 2))).toBeNull()
})

test('nobody to judge, and nothing that happened, are no crash', () => {
  expect(judge({ x: f(), forecast: f(), actual: f(), n: f() })).toMatchObject({
    customers: 0,
    mae: 0,
    bias: null,
    rankCorrelation: null,
    byDecile: [],
  })
  expect(judge({ x: f(0, 1), forecast: f(0, 1), actual: f(0, 0), n: f(1, 1) })).toMatchObject({
    bias: null,
    mae: 0.5,
  })
})

test('naive rules: the own rate, the mean rate, nobody', () => {
  const held: Held = { x: f(0, 2, 0), tx: f(0, 5, 0), T: f(10, 10, 0), later: f(0, 1, 0), n: f(2, 1, 1) }
  const { same_rate, mean_rate, nobody } = judgeNaive(held, 5)
  expect(same_rate.totalForecast).toBe(1)
  expect(same_rate.mae).toBe(0)
  // 2 purchases in 30 days observed: 1/3 each in 5 days.
  expect(mean_rate.totalForecast).toBeCloseTo(4 / 3, 12)
  expect(nobody.mae).toBe(1 / 4)
})

test.skipIf(!hasCdnow)(`CDNOW: errors as published, and Pareto/NBD beats every naive rule${whyNot}`, () => {
  const customers = cdnow()
  const column = (name: 'x' | 'tx' | 'T' | 'later') =>
    Float64Array.from(customers, (customer) => customer[name])
  const held: Held = {
    x: column('x'),
    tx: column('tx'),
    T: column('T'),
    later: column('later'),
    n: Float64Array.from(customers, () => 1),
  }
  const judged = (model: typeof bgNbd) => judgeModel(model, model.fit(patternsOf(customers)).params, held, 39)
  const [pareto, mbg, bg] = [judged(paretoNbd), judged(mbgNbd), judged(bgNbd)]
  expect([pareto, mbg, bg].map(({ mae }) => mae.toFixed(4))).toEqual(['0.7545', '0.7648', '0.7855'])
  const shown = pareto.byFrequency.map(({ actual }) => actual.toFixed(3)).join(' ')
  expect(shown).toBe('0.237 0.697 1.393 1.560 2.532 2.947 3.862 6.359')
  for (const rule of Object.values(judgeNaive(held, 39))) {
    expect(pareto.mae).toBeLessThan(rule.mae)
    expect(pareto.rmse).toBeLessThan(rule.rmse)
  }
  expect(pareto.rankCorrelation).toBeGreaterThan(0.4)
  expect(Math.abs(pareto.bias as number)).toBeLessThan(0.12)
})
