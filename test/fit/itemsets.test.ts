import { expect, test } from 'vitest'
import { associationRules, countOf, frequentItemsets, type Itemset } from '../../pipelines/fit/itemsets.ts'
import { basketsOf, groceries, hasGroceries } from './groceries.ts'
import { uniforms } from './histories.ts'

const named = (itemsets: Itemset[] | null, names: string[]) =>
  (itemsets ?? []).map(({ items, count }) => [items.map((item) => names[item]).join(' '), count])

/** Five baskets that can be counted by eye. */
const { baskets: five, names } = basketsOf([
  ['tea', 'milk'],
  ['tea', 'cup'],
  ['tea', 'milk', 'cup'],
  ['milk'],
  ['tea', 'milk', 'soap'],
])

test('itemsets of five baskets, counted by hand', () => {
  const found = frequentItemsets(five, { minCount: 2, maxItems: 9 })
  expect(Object.fromEntries(named(found, names))).toEqual({
    tea: 4,
    milk: 4,
    cup: 2,
    'tea milk': 3,
    'tea cup': 2,
  })
  expect(frequentItemsets(five, { minCount: 2, maxItems: 1 })).toHaveLength(3)
  expect(frequentItemsets(five, { minCount: 1, maxItems: 9, limit: 3 })).toBeNull()
})

test('rules of the five baskets: support, confidence and lift by hand', () => {
  const rules = associationRules(frequentItemsets(five, { minCount: 2, maxItems: 9 }) ?? [], 0.7)
  expect(
    rules.map(({ antecedent, consequent, both, antecedentCount, consequentCount }) => ({
      rule: `${antecedent.map((item) => names[item])} > ${names[consequent]}`,
      confidence: both / antecedentCount,
      lift: both / antecedentCount / (consequentCount / 5),
    })),
  ).toEqual(
    expect.arrayContaining([
      { rule: 'cup > tea', confidence: 1, lift: 1.25 },
      { rule: 'milk > tea', confidence: 0.75, lift: 0.9375 },
      { rule: 'tea > milk', confidence: 0.75, lift: 0.9375 },
    ]),
  )
  expect(rules).toHaveLength(3)
})

test('baskets told with counts are baskets told one by one', () => {
  const counted = { ...basketsOf([['a', 'b'], ['b']]).baskets, counts: Float64Array.of(3, 2) }
  expect(
    frequentItemsets(counted, { minCount: 3, maxItems: 2 })
      ?.map(({ count }) => count)
      .sort(),
  ).toEqual([3, 3, 5])
})

test('no basket, empty baskets: no itemset and no rule', () => {
  const none = { items: new Int32Array(0), starts: new Int32Array(1), counts: new Float64Array(0) }
  expect(frequentItemsets(none, { minCount: 1, maxItems: 3 })).toEqual([])
  expect(frequentItemsets(basketsOf([[], []]).baskets, { minCount: 1, maxItems: 3 })).toEqual([])
  expect(associationRules([], 0.5, 0)).toEqual([])
})

test('drawn baskets give what trying every set gives', () => {
  const next = uniforms(3)
  const drawn = Array.from({ length: 120 }, () => [...'abcdefg'].filter((_, i) => next() < 0.15 + i / 12))
  const { baskets, names } = basketsOf(drawn)
  const tried: Record<string, number> = {}
  for (let set = 1; set < 1 << names.length; set += 1) {
    const items = names.filter((_, i) => set & (1 << i))
    const count = drawn.filter((basket) => items.every((item) => basket.includes(item))).length
    if (count >= 5) tried[items.join(' ')] = count
  }
  expect(Object.fromEntries(named(frequentItemsets(baskets, { minCount: 5, maxItems: 9 }), names))).toEqual(
    tried,
  )
})

/** Counts of arules on the same baskets. */
test.skipIf(!hasGroceries)('Groceries: the counts of the reference, rule by rule length', () => {
  const { baskets, names, total } = groceries()
  const rulesAt = (support: number, confidence: number) =>
    associationRules(
      frequentItemsets(baskets, { minCount: countOf(support, total), maxItems: 10 }) ?? [],
      confidence,
      total,
    )
  const rules = rulesAt(0.001, 0.5)
  const lengths = Map.groupBy(rules, ({ antecedent }) => antecedent.length + 1)
  expect(rules).toHaveLength(5668)
  expect([2, 3, 4, 5, 6].map((length) => lengths.get(length)?.length)).toEqual([11, 1461, 3211, 939, 46])
  expect(rulesAt(0.001, 0.8)).toHaveLength(410)
  expect(rulesAt(0.005, 0.5)).toHaveLength(120)
  expect(rulesAt(0.006, 0.25).filter(({ antecedent }) => antecedent.length > 0)).toHaveLength(463)

  const liftOf = ({ both, antecedentCount, consequentCount }: (typeof rules)[number]) =>
    (both * total) / (antecedentCount * consequentCount)
  const best = rules.reduce((one, other) => (liftOf(other) > liftOf(one) ? other : one))
  expect([...best.antecedent.map((item) => names[item])].sort()).toEqual(['Instant food products', 'soda'])
  expect(names[best.consequent]).toBe('hamburger meat')
  expect(best.both / total).toBeCloseTo(0.00122, 6)
  expect(best.both / best.antecedentCount).toBeCloseTo(0.6316, 4)
  expect(liftOf(best)).toBeCloseTo(18.9957, 4)
})
