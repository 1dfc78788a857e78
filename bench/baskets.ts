/** Basket rules: `node bench/baskets.ts`. Groceries at support .001 and confidence .5, which gives 5,668 rules, itemsets of any size. */

import { associationRules, countOf, frequentItemsets } from '../pipelines/fit/itemsets.ts'
import { groceries, hasGroceries } from '../test/fit/groceries.ts'

if (!hasGroceries) throw new Error('The Groceries baskets are not here: ../shared/data/groceries')
const { baskets, total } = groceries()
for (let run = 1; run <= 5; run += 1) {
  const from = performance.now()
  const cpu = process.cpuUsage()
  const itemsets = frequentItemsets(baskets, { minCount: countOf(0.001, total), maxItems: 10 }) ?? []
  const rules = associationRules(itemsets, 0.5, total)
  const { user, system } = process.cpuUsage(cpu)
  console.log(
    `${itemsets.length} itemsets, ${rules.length} rules: ${((performance.now() - from) / 1000).toFixed(3)} s, ${((user + system) / 1e6).toFixed(3)} s of CPU`,
  )
}
