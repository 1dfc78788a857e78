import { expect, test } from 'vitest'
import { type Comparison, fitLinkage, type PairPatterns } from '../../pipelines/fit/fellegi-sunter.ts'

/** Three comparisons that say who, one that says where; two levels each, but for the name: differs, similar, same. */
const comparisons: Comparison[] = [
  { name: 'name', role: 'personal', expected: [0.05, 0.1, 0.85] },
  { name: 'birth', role: 'personal', expected: [0.1, 0.9] },
  { name: 'mail', role: 'personal', expected: [0.2, 0.8] },
  { name: 'street', role: 'home', expected: [0.1, 0.9] },
]
/** Shares of levels by what is true: one person (one home for the street), and chance. */
const same = [
  [0.02, 0.18, 0.8],
  [0.07, 0.93],
  [0.3, 0.7],
  [0.05, 0.95],
]
const chance = [
  [0.975, 0.02, 0.005],
  [0.999, 0.001],
  [0.9999, 0.0001],
  [0.998, 0.002],
]
const records = 20_000
const pairs = (records * (records - 1)) / 2
/** Pairs that are one person at one home, one person who moved, others at one home; the rest is others. */
const truth = [3000, 600, 4000] as const

/** Every pattern with the number of pairs expected of it: no noise, so that the truth is the best fit. */
function patternsOf(classes: readonly number[]): PairPatterns {
  const levels: number[][] = [[], [], [], []]
  const n: number[] = []
  for (let name = 0; name < 3; name++)
    for (let birth = 0; birth < 2; birth++)
      for (let mail = 0; mail < 2; mail++)
        for (let street = 0; street < 2; street++) {
          const at = [name, birth, mail, street]
          const share = (isSame: boolean, isHome: boolean) =>
            at.reduce((product, level, c) => {
              const of = (c === 3 ? isHome : isSame) ? same : chance
              return product * ((of[c] as number[])[level] as number)
            }, 1)
          const [home, moved, other, rest] = classes as [number, number, number, number]
          n.push(
            home * share(true, true) +
              moved * share(true, false) +
              other * share(false, true) +
              rest * share(false, false),
          )
          for (const [c, level] of at.entries()) (levels[c] as number[]).push(level)
        }
  return { levels: levels.map((one) => Int8Array.from(one)), n: Float64Array.from(n) }
}

const all = [...truth, pairs - truth[0] - truth[1] - truth[2]]
const sample = all.map((n) => (n * 500_000) / pairs)

test('finds shares and levels again, from patterns alone', () => {
  const fit = fitLinkage({ comparisons, candidates: patternsOf(all), random: patternsOf(sample), records })
  expect(fit).toMatchObject({ converged: true, basis: 'learned' })
  expect(fit.matches).toBeGreaterThan(3400)
  expect(fit.matches).toBeLessThan(3800)
  // What is expected beforehand weighs as much as 400 pairs of 3,600.
  expect(fit.same[0]?.[1]).toBeGreaterThan(0.15)
  expect(fit.same[0]?.[1]).toBeLessThan(0.2)
  expect(fit.same[2]?.[1]).toBeCloseTo(0.71, 1)
  expect(fit.other[0]?.[2]).toBeCloseTo(0.005, 4)
  // Neighbours are known by their street alone: how alike streets are stays near what is expected.
  expect(fit.same[3]?.[1]).toBeCloseTo(0.9, 1)
})

test('neighbours do not count as duplicates', () => {
  const none = [0, 0, 4000, pairs - 4000]
  const fit = fitLinkage({
    comparisons,
    candidates: patternsOf(none),
    random: patternsOf(none.map((n) => (n * 500_000) / pairs)),
    records,
  })
  expect(fit.matches).toBeLessThan(100)
})

test('without any pair there is nothing to learn, and what is expected stands', () => {
  const empty: PairPatterns = { levels: comparisons.map(() => new Int8Array(0)), n: new Float64Array(0) }
  const fit = fitLinkage({ comparisons, candidates: empty, random: empty, records: 1 })
  expect(fit.converged).toBe(true)
  expect(fit.matches).toBe(0)
  expect([...(fit.same[1] as Float64Array)]).toEqual([0.1, 0.9])
})

test('gives the same whatever the order of the patterns', () => {
  const reversed = ({ levels, n }: PairPatterns): PairPatterns => ({
    levels: levels.map((one) => one.slice().reverse()),
    n: n.slice().reverse(),
  })
  const of = (turn: (patterns: PairPatterns) => PairPatterns) =>
    fitLinkage({ comparisons, candidates: turn(patternsOf(all)), random: turn(patternsOf(sample)), records })
  expect(of(reversed).matches).toBeCloseTo(of((patterns) => patterns).matches, 6)
})
