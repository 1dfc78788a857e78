import { expect, test } from 'vitest'
import { bgNbd, cnbd } from '../../pipelines/fit/cnbd.ts'
import { paretoNbd } from '../../pipelines/fit/pareto-nbd.ts'
import { discountedExpected } from '../../pipelines/fit/value.ts'

const params = { r: 0.8, alpha: 9, a: 0.7, b: 2.5, s: 0.8, beta: 20 }

test.each([bgNbd, cnbd('after_every', 2), paretoNbd])(
  '$name: each month is discounted from its end',
  (model) => {
    const of = (months: number, ratePerMonth: number) =>
      discountedExpected(model, params, 4, 30, 36, { months, unitsPerMonth: 4.348, ratePerMonth })
    expect(of(24, 0).transactions).toBeCloseTo(model.expected(params, 4, 30, 36, 24 * 4.348), 12)
    expect(of(24, 0).discounted).toBeCloseTo(of(24, 0).transactions, 12)
    expect(of(1, 0.01).discounted).toBeCloseTo(model.expected(params, 4, 30, 36, 4.348) / 1.01, 12)
    const second = of(2, 0.01).discounted - of(1, 0.01).discounted
    expect(second).toBeCloseTo((of(2, 0).transactions - of(1, 0).transactions) / 1.01 ** 2, 12)
    expect(of(0, 0.01)).toEqual({ transactions: 0, discounted: 0 })
  },
)

test('several times at once are the times one by one', () => {
  for (const model of [bgNbd, cnbd('after_every', 3), paretoNbd]) {
    const ahead = model.ahead(params, 4, 30, 36)
    for (const t of [0, 0.5, 12, 400]) expect(ahead(t)).toBe(model.expected(params, 4, 30, 36, t))
  }
})
