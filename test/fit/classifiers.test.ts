import { expect, test } from 'vitest'
import {
  areaUnderCurve,
  baseLogit,
  chanceOf,
  digitsOf,
  type Examples,
  logitsOf,
  logLoss,
} from '../../pipelines/fit/examples.ts'
import { calibrate, logistic } from '../../pipelines/fit/logistic.ts'
import { trees } from '../../pipelines/fit/trees.ts'
import { uniforms } from './histories.ts'

const examples = (patterns: [pattern: string, n: number, hits: number][]): Examples => ({
  digits: digitsOf(patterns.map(([pattern]) => pattern)),
  n: Float64Array.from(patterns, ([, n]) => n),
  hits: Float64Array.from(patterns, ([, , hits]) => hits),
})

test('the area under the curve counts pairs, a tie for half', () => {
  const four = examples([
    ['1', 1, 0],
    ['2', 1, 1],
    ['3', 1, 0],
    ['4', 1, 1],
  ])
  expect(areaUnderCurve(Float64Array.of(1, 2, 3, 4), four)).toBe(0.75)
  expect(areaUnderCurve(Float64Array.of(1, 1, 1, 1), four)).toBe(0.5)
  expect(areaUnderCurve(Float64Array.of(1), examples([['1', 3, 3]]))).toBeNull()
  expect(logLoss(Float64Array.of(0.5), examples([['1', 4, 1]]))).toBeCloseTo(Math.LN2, 12)
})

test('logistic regression on two bins gives their odds, but for the ridge', () => {
  // 800 of 1000 against 200 of 1000: logits ±1.386; each bin has half of the difference of 2.773.
  const two = examples([
    ['1', 1000, 200],
    ['2', 1000, 800],
  ])
  const { base, points } = logistic.fit(two)
  expect(base).toBeCloseTo(0, 6)
  expect(points[0]?.[2]).toBeCloseTo(Math.log(4), 1)
  expect(points[0]?.[1]).toBeCloseTo(-Math.log(4), 1)
  const chances = logitsOf(logistic.open({ base, points }), two).map(chanceOf)
  expect(chances[1]).toBeCloseTo(0.8, 1)
})

test('trees find what only two features together tell; the parts add up to the logit', () => {
  const crossed = examples([
    ['11', 500, 50],
    ['12', 500, 450],
    ['21', 500, 440],
    ['22', 500, 60],
  ])
  const forest = trees.open(trees.fit(crossed))
  const chances = logitsOf(forest, crossed).map(chanceOf)
  expect([...chances].map((chance) => Math.round(chance * 10) / 10)).toEqual([0.1, 0.9, 0.9, 0.1])
  const flat = logitsOf(logistic.open(logistic.fit(crossed)), crossed).map(chanceOf)
  expect(logLoss(chances, crossed)).toBeLessThan(logLoss(flat, crossed) - 0.2)
})

test('nothing to tell apart: the base share, and no number that is none', () => {
  for (const alike of [
    examples([['111', 40, 10]]),
    examples([
      ['11', 3, 3],
      ['12', 2, 2],
    ]),
    examples([['00', 5, 0]]),
  ]) {
    for (const learnt of [trees.open(trees.fit(alike)), logistic.open(logistic.fit(alike))]) {
      const logits = logitsOf(learnt, alike)
      expect([...logits].every(Number.isFinite)).toBe(true)
      expect(logits[0]).toBeCloseTo(baseLogit(alike), 0)
    }
  }
})

test('a model that is too sure of itself is calibrated back', () => {
  const next = uniforms(5)
  const truth = Float64Array.from({ length: 4000 }, () => 4 * next() - 2)
  const seen: Examples = {
    digits: [],
    n: new Float64Array(4000).fill(1),
    hits: truth.map((logit) => (next() < chanceOf(logit) ? 1 : 0)),
  }
  const { intercept, slope } = calibrate(
    truth.map((logit) => 2 * logit + 1),
    seen,
  )
  expect(slope).toBeCloseTo(0.5, 1)
  expect(intercept).toBeCloseTo(-0.5, 1)
})
