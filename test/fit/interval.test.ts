import { expect, test } from 'vitest'
import { bgNbd, cnbd, nbd } from '../../pipelines/fit/cnbd.ts'
import { customerAhead, totalAhead } from '../../pipelines/fit/interval.ts'
import { paretoNbd } from '../../pipelines/fit/pareto-nbd.ts'
import { patternsOf, uniforms } from './histories.ts'
import { drawCnbd } from './simulate.ts'

const truth = { r: 0.8, alpha: 9, a: 0.7, b: 2.5 }
const member = { dropout: 'after_repeat', k: 1 } as const
const draw = (seed: number, customers: number) =>
  drawCnbd(member, truth, { customers, end: 100, hold: 50, next: uniforms(seed) })

test('intervals for totals hold the truth about as often as they say', () => {
  const runs = Array.from({ length: 60 }, (_, seed) => {
    const customers = draw(seed + 100, 400)
    const patterns = patternsOf(customers)
    const { low, high } = totalAhead(bgNbd, bgNbd.fit(patterns), patterns, 50, 1.2816)
    const actual = customers.reduce((sum, { later }) => sum + later, 0)
    return actual >= low && actual <= high
  })
  // 80 % asked for; 60 runs give 48 ± 3.1.
  const held = runs.filter(Boolean).length
  expect(held).toBeGreaterThan(38)
  expect(held).toBeLessThan(58)
})

test('more customers make a total surer; both sources of doubt count', () => {
  const spread = (customers: number) => {
    const patterns = patternsOf(draw(5, customers))
    const total = totalAhead(bgNbd, bgNbd.fit(patterns), patterns, 50)
    expect(total.low).toBeLessThan(total.mean)
    expect(total.processVariance).toBeGreaterThan(0)
    expect(total.parameterVariance).toBeGreaterThan(0)
    return total.high / total.low
  }
  expect(spread(8000)).toBeLessThan(spread(500))
})

test('nobody to forecast for: zero, without doubt', () => {
  const nobody = patternsOf([])
  expect(totalAhead(bgNbd, bgNbd.fit(nobody), nobody, 50)).toMatchObject({ mean: 0, low: 0, high: 0 })
})

test('a customer’s interval is the middle of what may happen', () => {
  for (const model of [nbd, bgNbd, cnbd('after_every', 3), paretoNbd]) {
    const params = { ...truth, s: 0.8, beta: 20 }
    const { low, high, mean } = customerAhead(model, params, [12, 80, 90], 60, 0.9)
    const chances = Array.from({ length: 400 }, (_, n) => model.chance(params, 12, 80, 90, 60, n))
    const upTo = (n: number) => chances.slice(0, n + 1).reduce((sum, chance) => sum + chance, 0)
    expect(upTo(low - 1)).toBeLessThanOrEqual(0.05 + 1e-9)
    expect(upTo(low)).toBeGreaterThan(0.05)
    expect(upTo(high - 1)).toBeLessThan(0.95)
    expect(upTo(high)).toBeGreaterThanOrEqual(0.95)
    expect(mean).toBeGreaterThan(low)
    expect(mean).toBeLessThan(high)
  }
})

test('who has surely left buys nothing', () => {
  expect(customerAhead(bgNbd, truth, [60, 60, 400], 60)).toMatchObject({ low: 0, high: 0 })
})
