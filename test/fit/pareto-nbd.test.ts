import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nbd } from '../../pipelines/fit/cnbd.ts'
import { departure, noDeparture } from '../../pipelines/fit/departure.ts'
import type { Params } from '../../pipelines/fit/model.ts'
import { paretoLikelihood } from '../../pipelines/fit/pareto-likelihood.ts'
import { paretoNbd } from '../../pipelines/fit/pareto-nbd.ts'
import { cdnow, hasCdnow, whyNot } from './cdnow.ts'
import { gamma, historyOf, patternsOf, uniforms } from './histories.ts'
import { drawCnbd } from './simulate.ts'

const customers = hasCdnow ? cdnow() : []
const patterns = patternsOf(customers)
const onData = test.skipIf(!hasCdnow)
const digits = (value: number, count: number) => Number(value.toPrecision(count))

/** Forecasts for the 39 weeks held out, and their means by purchases in calibration. */
function holdout(params: Params) {
  const forecast = customers.map(({ x, tx, T }) => paretoNbd.expected(params, x, tx, T, 39))
  const groups = [0, 1, 2, 3, 4, 5, 6, 7].map((size) => {
    const rows = forecast.filter((_, i) => Math.min(customers[i]?.x ?? -1, 7) === size)
    return rows.reduce((sum, value) => sum + value, 0) / rows.length
  })
  return { forecast, groups }
}

onData(`Pareto/NBD is at its published maximum${whyNot}`, () => {
  const fit = paretoNbd.fit(patterns)
  expect(fit).toMatchObject({ converged: true, boundary: null, customers: 2357, agreed: fit.starts })
  expect(fit.params.r?.toFixed(3)).toBe('0.553')
  expect(fit.params.alpha?.toFixed(2)).toBe('10.58')
  expect(fit.params.s?.toFixed(3)).toBe('0.606')
  // Flat in β: the likelihood is the tight gate.
  expect(Math.abs((fit.params.beta as number) - 11.665)).toBeLessThan(0.01)
  expect(Math.abs(fit.logLikelihood + 9594.976)).toBeLessThan(0.001)
  const { forecast } = holdout(fit.params)
  const errors = forecast.map((value, i) => Math.abs(value - (customers[i]?.later as number)))
  expect((errors.reduce((sum, value) => sum + value, 0) / errors.length).toFixed(4)).toBe('0.7545')
})

// As with BG/NBD, the published figures were printed from a point a hair before the maximum: this one.
const published = { r: 0.553370922, alpha: 10.579519186, s: 0.605907173, beta: 11.65810339 }

test('figures of customer 1516 and others, at the parameters they were printed from', () => {
  expect(digits(paretoNbd.expected(published, 26, 216 / 7, 31, 52), 7)).toBe(25.45647)
  expect(digits(paretoNbd.pAlive(published, 26, 216 / 7, 31), 6)).toBe(0.997874)
  expect(digits(paretoNbd.expectedNew(published, 52), 7)).toBe(1.473434)
  const others = [10, 15, 20, 25].map((x) => digits(paretoNbd.expected(published, x, 20, 39, 52), 7))
  expect(others).toEqual([0.7062289, 0.1442396, 0.02250658, 0.00309267])
})

onData(`the holdout by calibration frequency, there and at the maximum${whyNot}`, () => {
  const there = holdout(published).groups
  const shown = there.map((value) => value.toFixed(3)).join(' ')
  expect(shown).toBe('0.138 0.600 1.196 1.714 2.399 2.907 3.819 6.403')
  const fit = paretoNbd.fit(patterns)
  for (const [i, value] of holdout(fit.params).groups.entries()) {
    expect(Math.abs(value - (there[i] as number))).toBeLessThan(0.001)
  }
  const total = patterns.x.reduce((sum, x, i) => {
    const [tx, T, n] = [patterns.tx[i], patterns.T[i], patterns.n[i]] as [number, number, number]
    return sum + n * paretoNbd.logLikelihood(published, x, tx, T)
  }, 0)
  expect(fit.logLikelihood - total).toBeGreaterThan(0)
  expect(fit.logLikelihood - total).toBeLessThan(1e-4)
})

// mpmath 1.4.1, 30 digits: the integral and its derivatives in r, alpha, s, beta.
test.each([
  [
    0.553,
    10.58,
    0.606,
    11.66,
    0,
    39,
    [0.418970939810308, -1.22611220248427, -0.0134365496196119, -0.560094712785894, -0.0364455756652047],
  ],
  [
    26.553,
    10.58,
    0.606,
    11.66,
    30.857,
    31,
    [
      0.00194253470552096, -0.0072376316367562, -0.00124267582110447, -0.00408202626096703,
      -7.32544751953019e-5,
    ],
  ],
  [
    200.5,
    10,
    0.6,
    0.01,
    0,
    4000,
    [0.546193466856184, -1.2584713434042, -10.9348855039818, 3.03580624705892, -49.0651144960182],
  ],
  [
    1000.5,
    10,
    0.6,
    1000,
    9000,
    10000,
    [
      0.000540091373016391, -0.00491866042341599, -5.99136631043342e-5, -0.00407475930155094,
      -8.63368956658437e-8,
    ],
  ],
  [
    0.5,
    1e-3,
    3,
    500,
    0,
    10000,
    [
      0.00415320273934642, -0.0132185147586539, -0.00597093931782615, -0.0250631394044696,
      -2.90606724178038e-5,
    ],
  ],
  [
    3.5,
    5000,
    0.2,
    1e-4,
    0,
    10000,
    [0.957803960223572, -8.16044695116323, -0.00066879642895329, 9.4796935566312, -1999.99933119283],
  ],
  [
    20,
    5,
    100,
    5,
    2,
    10000,
    [0.833333333333333, -1.62853623532387, -2.36127508854782, -1.62020290199054, -11.9244391971665],
  ],
])(
  'the chance of leaving unseen at m %d, α %d, s %d, β %d from %d to %d',
  (m, alpha, s, beta, from, to, expected) => {
    const out = noDeparture()
    departure(m, [0.5, alpha, s, beta], from, to, out)
    for (const [i, value] of [out.value, out.dr, out.dAlpha, out.ds, out.dBeta].entries()) {
      expect(value / (expected[i] as number)).toBeCloseTo(1, 10)
    }
  },
)

test('the gradient is the slope of the likelihood', () => {
  const objective = paretoLikelihood({
    x: Float64Array.of(0, 0, 1, 2, 7, 120),
    tx: Float64Array.of(0, 0, 3, 30.4, 38, 300),
    T: Float64Array.of(40, 0, 39, 38.9, 38, 4000),
    n: Float64Array.of(5, 2, 3, 1, 2, 1),
  })
  for (const at of [Float64Array.of(0.6, 5.5, 0.8, 12), Float64Array.of(0.6, 12, 1.4, 3)]) {
    const [gradient, none] = [new Float64Array(4), new Float64Array(4)]
    objective(at, gradient)
    for (const [i, centre] of at.entries()) {
      const step = centre * 1e-5
      const slope =
        (objective(at.with(i, centre + step), none) - objective(at.with(i, centre - step), none)) / (2 * step)
      expect(Math.abs(slope - (gradient[i] as number))).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)))
    }
  }
})

test('where nobody leaves, Pareto/NBD is NBD, though hundreds of purchases underflow', () => {
  const still = { r: 0.6, alpha: 9, s: 1, beta: 1e12 }
  const counting = nbd.logLikelihood({ r: 0.6, alpha: 9 }, 400, 8990, 9000)
  expect(paretoNbd.logLikelihood(still, 400, 8990, 9000)).toBeCloseTo(counting, 6)
})

test('the chances of n purchases add up, to the forecast and its variance too', () => {
  const params = { r: 0.9, alpha: 6, s: 0.7, beta: 9 }
  for (const [x, tx, T, t] of [
    [0, 0, 0, 30],
    [4, 20, 25, 40],
    [200, 900, 905, 100],
  ] as const) {
    const chances = Array.from({ length: 300 }, (_, n) => paretoNbd.chance(params, x, tx, T, t, n))
    const sum = (weigh: (n: number) => number) =>
      chances.reduce((total, chance, n) => total + chance * weigh(n), 0)
    const { mean, variance } = paretoNbd.moments(params, x, tx, T, t)
    expect(sum(() => 1)).toBeCloseTo(1, 8)
    expect(sum((n) => n)).toBeCloseTo(mean, 6)
    expect(sum((n) => n * n) - mean * mean).toBeCloseTo(variance, 4)
  }
})

test('nothing special happens where a closed form divides by zero (s = 1, s = 2)', () => {
  for (const s of [1, 2]) {
    const at = (shape: number) => paretoNbd.moments({ r: 0.9, alpha: 6, s: shape, beta: 9 }, 3, 20, 25, 400)
    expect(at(s).mean).toBeCloseTo((at(s - 1e-4).mean + at(s + 1e-4).mean) / 2, 6)
    expect(at(s).variance).toBeCloseTo((at(s - 1e-4).variance + at(s + 1e-4).variance) / 2, 4)
  }
})

const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const params = fc.record({
  r: positive(0.05, 20),
  alpha: positive(0.01, 500),
  s: positive(0.01, 50),
  beta: positive(0.01, 5000),
})
const history = fc.record({
  x: fc.integer({ min: 0, max: 1000 }),
  T: positive(0, 10_000),
  share: positive(0, 1),
  t: positive(0, 3000),
})

test('any history has finite figures in their ranges; silence and time ahead work as they should', () => {
  fc.assert(
    fc.property(params, history, (theta, { x, T, share, t }) => {
      const tx = x === 0 ? 0 : T * share
      const alive = paretoNbd.pAlive(theta, x, tx, T)
      const { mean, variance } = paretoNbd.moments(theta, x, tx, T, t)
      expect(alive >= 0 && alive <= 1).toBe(true)
      expect(Number.isFinite(mean) && mean >= 0 && Number.isFinite(variance) && variance >= 0).toBe(true)
      expect(Number.isFinite(paretoNbd.logLikelihood(theta, x, tx, T))).toBe(true)
      expect(paretoNbd.expected(theta, x, tx, T, t * 1.5)).toBeGreaterThanOrEqual(mean * (1 - 1e-9))
      expect(paretoNbd.pAlive(theta, x, tx, T + 10)).toBeLessThanOrEqual(alive + 1e-9)
    }),
    { seed: 1, numRuns: 500 },
  )
})

test('recovers what customers were drawn from', () => {
  const truth = { r: 0.8, alpha: 10, s: 1.2, beta: 40 } as const
  const next = uniforms(11)
  const drawn = Array.from({ length: 20_000 }, () => {
    const [rate, hazard] = [gamma(next, truth.r) / truth.alpha, gamma(next, truth.s) / truth.beta]
    const start = next() * 40
    const ends = start - Math.log(next()) / hazard
    const times = [start]
    const gap = () => -Math.log(next()) / rate
    for (let time = start + gap(); time < Math.min(ends, 180); time += gap()) {
      times.push(time)
    }
    return { ...historyOf(times, 120, 180), alive: ends > 120 }
  })
  const fit = paretoNbd.fit(patternsOf(drawn))
  expect(fit).toMatchObject({ converged: true, boundary: null, agreed: fit.starts })
  for (const name of ['r', 'alpha', 's', 'beta'] as const) {
    const off = (fit.params[name] as number) - truth[name]
    expect(Math.abs(off)).toBeLessThan(3.5 * (fit.standardErrors[name] as number))
  }
  let [ahead, later, alive, stayed] = [0, 0, 0, 0]
  for (const customer of drawn) {
    ahead += paretoNbd.expected(fit.params, customer.x, customer.tx, customer.T, 60)
    alive += paretoNbd.pAlive(fit.params, customer.x, customer.tx, customer.T)
    later += customer.later
    stayed += Number(customer.alive)
  }
  expect(Math.abs(ahead / later - 1)).toBeLessThan(0.03)
  expect(Math.abs(alive - stayed) / drawn.length).toBeLessThan(0.01)
})

test('customers who never leave are said to show no dropout', () => {
  const truth = { r: 0.8, alpha: 20, a: 0, b: 0 }
  const ways = { customers: 3000, end: 120, hold: 60, next: uniforms(4) }
  const fit = paretoNbd.fit(patternsOf(drawCnbd({ dropout: 'never', k: 1 }, truth, ways)))
  expect(fit).toMatchObject({ boundary: 'no_dropout', converged: true })
  expect(fit.standardErrors).toMatchObject({ r: expect.any(Number), s: null, beta: null })
})

const rows = (columns: [number, number, number, number][]) => ({
  x: Float64Array.from(columns, ([x]) => x),
  tx: Float64Array.from(columns, ([, tx]) => tx),
  T: Float64Array.from(columns, ([, , T]) => T),
  n: Float64Array.from(columns, ([, , , n]) => n),
})

test.each([
  ['nobody', rows([])],
  ['everybody on the last day', rows([[0, 0, 0, 50]])],
  ['one-time buyers', rows([[0, 0, 40, 50]])],
  ['one customer', rows([[3, 20, 40, 1]])],
  ['no silence', rows([[900, 3000, 3000, 1]])],
  [
    'one outlier',
    rows([
      [0, 0, 40, 500],
      [1, 10, 40, 60],
      [1_000_000, 39, 40, 1],
    ]),
  ],
  ['all alike', rows([[2, 20, 40, 1000]])],
  ['a second purchase, then never', rows([[1, 1, 400, 1000]])],
])('%s: finite figures, and an end', (_, base) => {
  const fit = paretoNbd.fit(base)
  expect([...Object.values(fit.params), fit.logLikelihood].every(Number.isFinite)).toBe(true)
  for (const [x, tx, T] of [
    [0, 0, 40],
    [3, 20, 40],
    [1, 1, 400],
  ] as const) {
    expect(Number.isFinite(paretoNbd.expected(fit.params, x, tx, T, 52))).toBe(true)
  }
})
