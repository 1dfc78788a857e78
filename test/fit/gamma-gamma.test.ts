import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitGammaGamma, meanSpend } from '../../pipelines/fit/gamma-gamma.ts'
import { gamma, uniforms } from './histories.ts'

function draw(
  { p, q, gamma: scale }: { p: number; q: number; gamma: number },
  customers: number,
  seed: number,
) {
  const next = uniforms(seed)
  const x = Float64Array.from({ length: customers }, () => 1 + Math.floor(next() * 6))
  const m = x.map((size) => gamma(next, p * size) / ((gamma(next, q) / scale) * size))
  return { x, m, n: new Float64Array(customers).fill(1) }
}

test('recovers what spend was drawn from', () => {
  const truth = { p: 5, q: 3.5, gamma: 20 }
  const { x, m, n } = draw(truth, 20_000, 5)
  const fit = fitGammaGamma(x, m, n)
  expect(fit).toMatchObject({
    converged: true,
    boundary: null,
    customers: 20_000,
    leftOut: 0,
    agreed: fit.starts,
  })
  for (const name of ['p', 'q', 'gamma'] as const) {
    expect(Math.abs((fit.params[name] as number) - truth[name])).toBeLessThan(
      3.5 * (fit.standardErrors[name] as number),
    )
  }
})

test('the unit of money does not matter', () => {
  const { x, m, n } = draw({ p: 5, q: 3.5, gamma: 20 }, 2000, 6)
  const [pounds, pence] = [
    fitGammaGamma(x, m, n),
    fitGammaGamma(
      x,
      m.map((mean) => mean * 100),
      n,
    ),
  ]
  expect((pence.params.gamma as number) / (pounds.params.gamma as number)).toBeCloseTo(100, 4)
  expect(meanSpend(pence.params, 2, 3000) / meanSpend(pounds.params, 2, 30)).toBeCloseTo(100, 6)
})

test('rows that carry no spend are left out and counted', () => {
  const fit = fitGammaGamma(
    Float64Array.of(0, 2, 3, 1, 4, 2),
    Float64Array.of(Number.NaN, 0, -5, 20, 30, 12),
    Float64Array.of(7, 2, 1, 3, 3, 3),
  )
  expect(fit).toMatchObject({ customers: 9, leftOut: 10 })
})

test.each([
  ['nobody', [], []],
  ['nobody bought twice', [0, 0], [0, 0]],
  ['nobody paid', [3, 2], [0, 0]],
])('%s: a code, and a mean spend of 0', (_, x, m) => {
  const fit = fitGammaGamma(
    Float64Array.from(x),
    Float64Array.from(m),
    Float64Array.from(x, () => 1),
  )
  expect(fit).toMatchObject({ boundary: 'no_customers', converged: false, customers: 0 })
  expect(meanSpend(fit.params, 0, 0)).toBe(0)
})

test.each([
  ['one customer', [3], [40], [1]],
  ['all alike', [2], [25], [500]],
  ['one outlier of a million', [2, 3, 1, 1], [20, 22, 19, 1e6], [40, 30, 50, 1]],
])('%s: finite figures', (_, x, m, n) => {
  const fit = fitGammaGamma(Float64Array.from(x), Float64Array.from(m), Float64Array.from(n))
  expect([...Object.values(fit.params), fit.logLikelihood].every(Number.isFinite)).toBe(true)
  const spend = meanSpend(fit.params, x[0] as number, m[0] as number)
  expect(spend).toBeGreaterThan(0)
  expect(Number.isFinite(spend) && Number.isFinite(meanSpend(fit.params, 0, 0))).toBe(true)
})

test('a spread of spend without a mean is said to be one', () => {
  const { x, m, n } = draw({ p: 4, q: 0.6, gamma: 10 }, 5000, 8)
  expect(fitGammaGamma(x, m, n).boundary).toBe('infinite_mean')
})

test('a row that is no row of purchases is refused', () => {
  const one = Float64Array.of(1)
  expect(() => fitGammaGamma(one, Float64Array.of(Number.NaN), one)).toThrow(RangeError)
  expect(() => fitGammaGamma(Float64Array.of(1.5), one, one)).toThrow(/x 1.5/)
})

test('mean spend lies between the customer’s own mean and everyone’s, nearer to the own with every purchase', () => {
  const params = fc.record({
    p: fc.double({ min: 0.1, max: 50, noNaN: true }),
    q: fc.double({ min: 1.1, max: 50, noNaN: true }),
    gamma: fc.double({ min: 0.01, max: 1e4, noNaN: true }),
  })
  const mean = fc.double({ min: 0.01, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(params, fc.integer({ min: 1, max: 500 }), mean, (theta, x, own) => {
      const everyone = meanSpend(theta, 0, 0)
      const spend = meanSpend(theta, x, own)
      const distance = (value: number) => Math.abs(value - own)
      expect(distance(spend)).toBeLessThanOrEqual(distance(everyone) * (1 + 1e-9))
      expect(distance(meanSpend(theta, x + 1, own))).toBeLessThanOrEqual(distance(spend) * (1 + 1e-9) + 1e-9)
    }),
    { seed: 3 },
  )
})
