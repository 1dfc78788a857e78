import { expect, test } from 'vitest'
import { bgNbd, cnbd, mbgNbd, nbd } from '../../pipelines/fit/cnbd.ts'
import { customerAhead } from '../../pipelines/fit/interval.ts'
import { paretoNbd } from '../../pipelines/fit/pareto-nbd.ts'
import { scorer } from '../../pipelines/fit/score.ts'
import { discountedExpected } from '../../pipelines/fit/value.ts'

const params = { r: 0.8, alpha: 9, a: 0.7, b: 2.5, s: 0.8, beta: 20 }
const horizon = { months: 24, unitsPerMonth: 4.348, ratePerMonth: 0.01 }
const models = [nbd, bgNbd, mbgNbd, cnbd('after_repeat', 2), cnbd('after_every', 4), paretoNbd]

test.each(models)('$name: a score is what the model says of each pattern by itself', (model) => {
  const score = scorer(model, params, { horizon, near: 52, level: 0.95 })
  for (const [x, tx, T] of [
    [0, 0, 0],
    [0, 0, 30],
    [3, 10, 36],
    [3, 30, 36],
    [40, 35, 36],
    [700, 2900, 3000],
  ] as const) {
    const one = score(x, tx, T)
    const { transactions, discounted } = discountedExpected(model, params, x, tx, T, horizon)
    const { low, high, mean } = customerAhead(model, params, [x, tx, T], 52)
    expect(one.alive).toBe(model.pAlive(params, x, tx, T))
    expect(one.near).toBeCloseTo(mean, 9)
    expect(one.expected).toBeCloseTo(transactions, 9)
    expect(one.discounted).toBeCloseTo(discounted, 9)
    expect(one.variance / model.moments(params, x, tx, T, 24 * 4.348).variance).toBeCloseTo(1, 9)
    expect([one.low, one.high]).toEqual([low, high])
    expect(one.none).toBeCloseTo(model.chance(params, x, tx, T, 52, 0), 9)
  }
})

test.each(models)(
  '$name: the chances by stage are those of the model, also when (1−z)ʳ underflows',
  (model) => {
    for (const [x, T, t] of [
      [2, 30, 52],
      [3000, 3000, 2000],
    ] as const) {
      const { stages } = model.standing(params, x, T, T)
      const all = model.staying(params, x, T).map((stage) => stage.chances(t))
      const { alive } = model.standing(params, x, T, T)
      for (const n of [0, 1, 2, 7, 1500, 2000, 2100]) {
        const sum = all.reduce((total, chances, j) => total + (stages[j] as number) * chances(n), 0)
        const expected = model.chance(params, x, T, T, t, n)
        expect(Math.abs(alive * sum + (n === 0 ? 1 - alive : 0) - expected)).toBeLessThan(1e-10)
      }
    }
  },
)
