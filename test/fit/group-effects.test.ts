import { expect, test } from 'vitest'
import { fitGroups } from '../../pipelines/fit/group-effects.ts'
import { patternsOf, uniforms } from './histories.ts'
import { drawCnbd } from './simulate.ts'

const member = { dropout: 'after_every', k: 2 } as const
const base = { r: 1.2, alpha: 10, a: 0.8, b: 4 }
const draw = (params: typeof base, seed: number) =>
  patternsOf(drawCnbd(member, params, { customers: 2500, end: 150, hold: 0, next: uniforms(seed) }))

test('a channel whose customers buy faster and leave sooner is found to be one', () => {
  const groups = [draw(base, 11), draw({ ...base, alpha: 10 / 1.5, a: 0.8 * 1.8 }, 12), draw(base, 13)]
  const { fit, rate, leaving, supported, gain } = fitGroups(member, groups)
  expect(fit.converged).toBe(true)
  expect(supported).toBe(true)
  expect(gain).toBeGreaterThan(20)
  const holds = ({ low, high }: (typeof rate)[number], truth: number) => {
    expect(low).toBeLessThan(truth)
    expect(high).toBeGreaterThan(truth)
  }
  holds(rate[1] as (typeof rate)[number], 1.5)
  holds(leaving[1] as (typeof rate)[number], 1.8)
  holds(rate[2] as (typeof rate)[number], 1)
  holds(leaving[2] as (typeof rate)[number], 1)
})

test('channels that do not differ are not told apart', () => {
  const { supported, gain } = fitGroups(member, [draw(base, 4), draw(base, 5)])
  expect(gain).toBeGreaterThan(-1e-6)
  expect(supported).toBe(false)
})

test('where nobody leaves, nothing is said', () => {
  const still = drawCnbd({ dropout: 'never', k: 1 }, base, {
    customers: 500,
    end: 100,
    hold: 0,
    next: uniforms(6),
  })
  const half = [still.slice(0, 250), still.slice(250)].map(patternsOf)
  expect(fitGroups({ dropout: 'after_every', k: 1 }, half).supported).toBe(false)
})
