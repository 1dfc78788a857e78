import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bgNbd, cnbd, mbgNbd, nbd } from '../../pipelines/fit/cnbd.ts'
import { cnbdLikelihood, type Dropout } from '../../pipelines/fit/cnbd-likelihood.ts'
import type { Params, Patterns } from '../../pipelines/fit/model.ts'
import { patternsOf, uniforms } from './histories.ts'
import { drawCnbd } from './simulate.ts'

const dropouts: Dropout[] = ['never', 'after_repeat', 'after_every']
const family = dropouts.flatMap((dropout) =>
  [1, 2, 3, 4].map((k) => ({ dropout, k, model: cnbd(dropout, k) })),
)
const rows = (patterns: [x: number, tx: number, T: number, n: number][]): Patterns => ({
  x: Float64Array.from(patterns, ([x]) => x),
  tx: Float64Array.from(patterns, ([, tx]) => tx),
  T: Float64Array.from(patterns, ([, , T]) => T),
  n: Float64Array.from(patterns, ([, , , n]) => n),
  logGaps: 0,
})

test.each(family)('$model.name: the gradient is the slope of the likelihood', ({ dropout, k, model }) => {
  const patterns = rows([
    [0, 0, 40, 5],
    [0, 0, 0, 2],
    [1, 3, 39, 3],
    [2, 30.4, 38.9, 1],
    [7, 38, 38, 2],
    [120, 300, 4000, 1],
  ])
  const objective = cnbdLikelihood({ dropout, k }, patterns)
  const at = Float64Array.from([0.6, 5.5, 0.8, 2.5].slice(0, model.parameters.length))
  const gradient = new Float64Array(at.length)
  const none = new Float64Array(at.length)
  const value = objective(at, gradient)
  for (const [i, centre] of at.entries()) {
    const step = centre * 1e-5
    const slope =
      (objective(at.with(i, centre + step), none) - objective(at.with(i, centre - step), none)) / (2 * step)
    expect(Math.abs(slope - (gradient[i] as number))).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope)))
  }
  const params = Object.fromEntries(model.parameters.map((name, i) => [name, at[i] as number]))
  const apart = patterns.x.reduce((sum, x, i) => {
    const [tx, T, n] = [patterns.tx[i], patterns.T[i], patterns.n[i]] as [number, number, number]
    return sum + n * model.logLikelihood(params, x, tx, T)
  }, 0)
  expect(value).toBeCloseTo(apart, 9)
})

test('forecasts for hundreds of purchases and thousands of days agree with the closed form at 40 digits', () => {
  const params = { r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 }
  // mpmath 1.4.1, Fader, Hardie & Lee (2005), eq. 9 and 10.
  expect(bgNbd.expectedNew(params, 78)).toBeCloseTo(1.85802390486629, 12)
  expect(bgNbd.expectedNew(params, 10_000) / 15.0552854244837).toBeCloseTo(1, 7)
  expect(bgNbd.expected(params, 2, 30.43, 38.86, 39)).toBeCloseTo(1.22592265798703, 12)
  expect(bgNbd.expected(params, 200, 38, 40, 52)).toBeCloseTo(4.11563492753965, 11)
  expect(bgNbd.pAlive(params, 200, 38, 40)).toBeCloseTo(0.0243866351794497, 13)
  expect(bgNbd.expected(params, 1000, 9990, 10_000, 3650)).toBeCloseTo(320.731618524416, 8)
})

test('nothing special happens where a closed form divides by zero (a = 1)', () => {
  const at = (a: number) => bgNbd.expected({ r: 0.25, alpha: 4, a, b: 2.5 }, 3, 20, 30, 40)
  expect(at(1)).toBeCloseTo((at(0.9999) + at(1.0001)) / 2, 7)
})

test('NBD forecasts are its own: (r + x) t / (α + T), with the variance of a negative binomial', () => {
  const { mean, variance } = nbd.moments({ r: 0.7, alpha: 60 }, 5, 100, 240, 90)
  const expected = (5.7 * 90) / 300
  expect(mean).toBeCloseTo(expected, 12)
  expect(variance).toBeCloseTo(expected * (1 + 90 / 300), 12)
})

test.each(family)('$model.name: the chances of n purchases add up, to the forecast too', ({ model }) => {
  const params = { r: 0.9, alpha: 6, a: 0.8, b: 2.5 }
  const chances = Array.from({ length: 400 }, (_, n) => model.probability(params, n, 30))
  const sum = (weigh: (n: number) => number) =>
    chances.reduce((total, chance, n) => total + chance * weigh(n), 0)
  expect(sum(() => 1)).toBeCloseTo(1, 10)
  expect(sum((n) => n)).toBeCloseTo(model.expectedNew(params, 30), 8)
  const { mean, variance } = model.moments(params, 0, 0, 0, 30)
  expect(sum((n) => n * n)).toBeCloseTo(variance + mean * mean, 7)
})

const params = fc.record({
  r: fc.double({ min: 0.05, max: 20, noNaN: true }),
  alpha: fc.double({ min: 0.01, max: 500, noNaN: true }),
  a: fc.double({ min: 0.001, max: 50, noNaN: true }),
  b: fc.double({ min: 0.01, max: 500, noNaN: true }),
})
const history = fc
  .record({
    x: fc.integer({ min: 0, max: 1000 }),
    T: fc.double({ min: 0, max: 10_000, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    t: fc.double({ min: 0, max: 3000, noNaN: true }),
  })
  .map(({ x, T, share, t }) => ({ x, T, tx: x === 0 ? 0 : T * share, t }))
const member = fc.constantFrom(...family)

test('any history has finite figures in their ranges', () => {
  const check = (
    { model }: (typeof family)[number],
    theta: Params,
    { x, tx, T, t }: { [name: string]: number },
  ) => {
    const [X, TX, END, AHEAD] = [x, tx, T, t] as [number, number, number, number]
    const alive = model.pAlive(theta, X, TX, END)
    const { mean, variance } = model.moments(theta, X, TX, END, AHEAD)
    expect(alive).toBeGreaterThanOrEqual(0)
    expect(alive).toBeLessThanOrEqual(1)
    expect(mean).toBeGreaterThanOrEqual(0)
    expect(Number.isFinite(mean) && Number.isFinite(variance) && variance >= 0).toBe(true)
    expect(Number.isFinite(model.logLikelihood(theta, X, TX, END))).toBe(true)
  }
  fc.assert(fc.property(member, params, history, check), { seed: 1, numRuns: 400 })
})

test('longer ahead brings more purchases; longer silence makes leaving likelier', () => {
  fc.assert(
    fc.property(member, params, history, ({ model }, theta, { x, tx, T, t }) => {
      const near = model.expected(theta, x, tx, T, t)
      expect(model.expected(theta, x, tx, T, t * 1.5)).toBeGreaterThanOrEqual(near * (1 - 1e-9))
      expect(model.pAlive(theta, x, tx, T + 10)).toBeLessThanOrEqual(model.pAlive(theta, x, tx, T) + 1e-12)
    }),
    { seed: 2, numRuns: 300 },
  )
})

test('degenerate parameters give a figure, and at once', () => {
  const edge = { r: 1e-3, alpha: 1e-6, a: 1e-6, b: 1e6 }
  for (const { model } of family) {
    expect(Number.isFinite(model.expectedNew(edge, 10_000))).toBe(true)
    expect(Number.isFinite(model.expected({ ...edge, r: 1e4 }, 3, 10, 20, 10_000))).toBe(true)
  }
  // A mean of 6 million purchases: too many terms to add one by one.
  expect(nbd.expected({ r: 6, alpha: 1 }, 0, 0, 0, 1e6) / 6e6).toBeCloseTo(1, 5)
})

test.each([
  { dropout: 'never', k: 1, truth: { r: 0.7, alpha: 30, a: 0, b: 0 } },
  { dropout: 'after_repeat', k: 1, truth: { r: 0.6, alpha: 12, a: 0.8, b: 3 } },
  { dropout: 'after_every', k: 1, truth: { r: 0.9, alpha: 15, a: 0.7, b: 2 } },
  { dropout: 'after_repeat', k: 2, truth: { r: 1.2, alpha: 8, a: 0.6, b: 2.5 } },
  { dropout: 'after_every', k: 3, truth: { r: 1, alpha: 5, a: 0.5, b: 2 } },
] as const)('$dropout, k = $k: recovers what customers were drawn from', ({ dropout, k, truth }) => {
  const customers = drawCnbd({ dropout, k }, truth, {
    customers: 20_000,
    end: 120,
    hold: 60,
    next: uniforms(7),
  })
  const model = cnbd(dropout, k)
  const fit = model.fit(patternsOf(customers))
  expect(fit).toMatchObject({ converged: true, boundary: null, agreed: fit.starts })
  for (const name of model.parameters) {
    const off = (fit.params[name] as number) - ((truth as Record<string, number>)[name] as number)
    expect(Math.abs(off)).toBeLessThan(3.5 * (fit.standardErrors[name] as number))
  }
  // What follows is forecast in total, and by who bought how often; and those who left are counted.
  for (const [from, to] of [
    [0, 0],
    [1, 2],
    [3, 999],
    [0, 999],
  ] as const) {
    const group = customers.filter(({ x }) => x >= from && x <= to)
    let [ahead, variance, actual, alive, stayed] = [0, 0, 0, 0, 0]
    for (const { x, tx, T, later, alive: stays } of group) {
      const moments = model.moments(fit.params, x, tx, T, 60)
      ahead += moments.mean
      variance += moments.variance
      actual += later
      alive += model.pAlive(fit.params, x, tx, T)
      stayed += Number(stays)
    }
    expect(Math.abs(ahead - actual)).toBeLessThan(4 * Math.sqrt(variance) + 0.01 * actual)
    expect(Math.abs(alive - stayed) / group.length).toBeLessThan(0.02)
  }
})

test('the unit of time does not matter', () => {
  const truth = { r: 0.6, alpha: 12, a: 0.8, b: 3 }
  const customers = drawCnbd({ dropout: 'after_repeat', k: 1 }, truth, {
    customers: 2000,
    end: 100,
    hold: 50,
    next: uniforms(3),
  })
  const weeks = bgNbd.fit(patternsOf(customers))
  const days = bgNbd.fit(
    patternsOf(customers.map(({ x, tx, T }) => ({ x, tx: tx * 7, T: T * 7, logGaps: 0 }))),
  )
  expect(days.params.alpha as number).toBeCloseTo(7 * (weeks.params.alpha as number), 4)
  expect(days.params.a as number).toBeCloseTo(weeks.params.a as number, 6)
  expect(bgNbd.expected(days.params, 3, 210, 350, 350)).toBeCloseTo(
    bgNbd.expected(weeks.params, 3, 30, 50, 50),
    7,
  )
})

test('counts stand for customers', () => {
  const truth = { r: 0.6, alpha: 12, a: 0.8, b: 3 }
  const ways = { customers: 1500, end: 90, hold: 0, next: uniforms(9) }
  const drawn = drawCnbd({ dropout: 'after_every', k: 1 }, truth, ways).map(({ x, tx, T }) => {
    return [x, Math.floor(tx), Math.ceil(T), 1] as [number, number, number, number]
  })
  const counted = patternsOf(drawn.map(([x, tx, T]) => ({ x, tx, T, logGaps: 0 })))
  expect(counted.x.length).toBeLessThan(1200)
  const [once, spread] = [mbgNbd.fit(counted), mbgNbd.fit(rows(drawn))]
  expect(spread.customers).toBe(once.customers)
  expect(spread.logLikelihood).toBeCloseTo(once.logLikelihood, 7)
  expect(spread.params.b as number).toBeCloseTo(once.params.b as number, 4)
})

test.each([45_000, 400_000])(
  '%d patterns, where the starts compete on a part, have the same maximum',
  (length) => {
    const truth = { r: 0.6, alpha: 12, a: 0.8, b: 3 }
    const ways = { customers: 2000, end: 90, hold: 0, next: uniforms(10) }
    const patterns = patternsOf(drawCnbd({ dropout: 'after_repeat', k: 1 }, truth, ways))
    const often = (column: Float64Array) =>
      Float64Array.from({ length }, (_, i) => column[i % column.length] as number)
    const times = often(patterns.n).map(
      (_, i) => Math.floor((length - 1 - (i % patterns.x.length)) / patterns.x.length) + 1,
    )
    const spread = {
      x: often(patterns.x),
      tx: often(patterns.tx),
      T: often(patterns.T),
      n: often(patterns.n).map((n, i) => n / (times[i] as number)),
    }
    const [once, large] = [bgNbd.fit(patterns), bgNbd.fit(spread)]
    expect(large.converged).toBe(true)
    expect(large.logLikelihood).toBeCloseTo(once.logLikelihood, 5)
    expect(large.params.b as number).toBeCloseTo(once.params.b as number, 3)
    const [error, of] = [large.standardErrors.b, once.standardErrors.b] as [number, number]
    expect(Math.abs(error / of - 1)).toBeLessThan(0.02)
  },
)

test('customers who never leave are said to show no dropout', () => {
  const truth = { r: 0.8, alpha: 20, a: 0, b: 0 }
  const customers = drawCnbd({ dropout: 'never', k: 1 }, truth, {
    customers: 3000,
    end: 120,
    hold: 60,
    next: uniforms(4),
  })
  for (const model of [bgNbd, mbgNbd]) {
    const fit = model.fit(patternsOf(customers))
    expect(fit.boundary).toBe('no_dropout')
    expect(fit.standardErrors).toMatchObject({ r: expect.any(Number), a: null, b: null })
    expect(fit.logLikelihood).toBeCloseTo(nbd.fit(patternsOf(customers)).logLikelihood, 0)
  }
})

test.each([
  ['nobody', rows([]), 'no_customers'],
  ['nobody, counted', rows([[2, 3, 4, 0]]), 'no_customers'],
  ['everybody on the last day', rows([[0, 0, 0, 50]]), 'no_exposure'],
  [
    'one-time buyers',
    rows([
      [0, 0, 40, 50],
      [0, 0, 10, 9],
    ]),
    'no_repeat',
  ],
])('%s: a code, and finite forecasts', (_, patterns, boundary) => {
  for (const { model } of family) {
    const fit = model.fit(patterns)
    expect(fit).toMatchObject({ boundary, converged: false })
    const figures = [
      ...Object.values(fit.params),
      fit.logLikelihood,
      model.expected(fit.params, 0, 0, 40, 52),
    ]
    expect(figures.every(Number.isFinite)).toBe(true)
    expect(model.expectedNew(fit.params, 1)).toBeLessThan(0.01)
  }
})

test.each([
  ['one customer', rows([[3, 20, 40, 1]])],
  ['one customer, many purchases, no silence', rows([[900, 3000, 3000, 1]])],
  [
    'one outlier',
    rows([
      [0, 0, 40, 500],
      [1, 10, 40, 60],
      [1_000_000, 39, 40, 1],
    ]),
  ],
  ['all alike', rows([[2, 20, 40, 1000]])],
  ['all bought on one second day', rows([[1, 1, 400, 1000]])],
])('%s: finite figures, and an end', (_, patterns) => {
  for (const { model } of family) {
    const fit = model.fit(patterns)
    expect([...Object.values(fit.params), fit.logLikelihood].every(Number.isFinite)).toBe(true)
    for (let i = 0; i < patterns.x.length; i += 1) {
      const [x, tx, T] = [patterns.x[i], patterns.tx[i], patterns.T[i]] as [number, number, number]
      expect(Number.isFinite(model.expected(fit.params, x, tx, T, 52))).toBe(true)
    }
  }
})

test.each([
  [rows([[1, 50, 40, 1]]), /t_x lies after T/],
  [rows([[0.5, 1, 40, 1]]), /whole number/],
  [rows([[1, 1, Number.NaN, 1]]), /finite/],
  [rows([[0, 1, 40, 1]]), /t_x must be 0/],
  [rows([[0, 0, 40, -1]]), /n must be/],
])('an impossible pattern is refused, and named', (patterns, message) => {
  expect(() => bgNbd.fit(patterns)).toThrow(RangeError)
  expect(() => bgNbd.fit(patterns)).toThrow(message)
})
