import { expect, test } from 'vitest'
import { firstAbove, type Random, random, weighted } from '../../data/demo/simulate/random.ts'

const draws = 40_000
const moments = (draw: (rng: Random) => number) => {
  const rng = random('moments')
  const values = Array.from({ length: draws }, () => draw(rng))
  const mean = values.reduce((a, b) => a + b, 0) / draws
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / draws }
}

test('a seed gives the same stream again, another seed another', () => {
  const stream = (seed: string) => Array.from({ length: 50 }, random(seed).next)
  expect(stream('a')).toEqual(stream('a'))
  expect(stream('a')).not.toEqual(stream('b'))
  expect(new Set([...stream('a'), ...stream('b')]).size).toBe(100)
})

// Means and variances of the textbook; tolerances are about five standard errors at 40,000 draws.
test.each([
  ['uniform', (rng: Random) => rng.next(), 1 / 2, 1 / 12],
  ['normal', (rng: Random) => rng.normal(), 0, 1],
  ['exponential', (rng: Random) => rng.exponential(3), 3, 9],
  ['gamma above 1', (rng: Random) => rng.gamma(2.5), 2.5, 2.5],
  ['gamma below 1', (rng: Random) => rng.gamma(0.4), 0.4, 0.4],
  ['beta', (rng: Random) => rng.beta(0.75, 5.6), 0.75 / 6.35, (0.75 * 5.6) / (6.35 ** 2 * 7.35)],
  ['poisson', (rng: Random) => rng.poisson(1.7), 1.7, 1.7],
  ['between', (rng: Random) => rng.between(3, 7), 5, 2],
])('%s has its mean and variance', (_, draw, mean, variance) => {
  const found = moments(draw)
  expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / draws))
  expect(found.variance / variance).toBeGreaterThan(0.93)
  expect(found.variance / variance).toBeLessThan(1.07)
})

test('weights are kept', () => {
  const draw = weighted([1, 0, 3])
  const rng = random('weights')
  const counts = [0, 0, 0]
  for (let i = 0; i < 20_000; i++) {
    const drawn = draw(rng)
    counts[drawn] = (counts[drawn] as number) + 1
  }
  expect(counts[1]).toBe(0)
  expect((counts[2] as number) / (counts[0] as number)).toBeGreaterThan(2.7)
  expect((counts[2] as number) / (counts[0] as number)).toBeLessThan(3.3)
})

test('firstAbove finds the first edge above a value', () => {
  const edges = Float64Array.of(1, 1, 2, 5)
  expect([0, 0.99, 1, 1.5, 2, 4.9, 7].map((value) => firstAbove(edges, value))).toEqual([0, 0, 2, 2, 3, 3, 3])
})
