import type { Table } from 'apache-arrow'
import { defineModel } from '../../pipelines/build/model.ts'
import { associationRules, type Baskets, countOf, frequentItemsets } from '../../pipelines/fit/itemsets.ts'

/** Where more itemsets than this are frequent, nobody reads them: the support asked for is doubled until there are fewer. */
const mostItemsets = 10_000

interface Group {
  basis: string
  level: string
  baskets: Baskets
  orders: number
}

/** The input has one row a basket, its items as text; those of a basis and level stand together. */
function groupsOf(rows: Table): Group[] {
  const texts = (name: string) => [...(rows.getChild(name) ?? [])] as string[]
  const [basis, level, baskets] = [texts('basis'), texts('level'), texts('items')]
  const orders = Float64Array.from(rows.getChild('orders') ?? [])
  const groups: Group[] = []
  for (let from = 0, to = 0; from < rows.numRows; from = to) {
    while (to < rows.numRows && basis[to] === basis[from] && level[to] === level[from]) to += 1
    const counts = orders.slice(from, to)
    groups.push({
      basis: basis[from] as string,
      level: level[from] as string,
      baskets: { ...columnsOf(baskets.slice(from, to)), counts },
      orders: counts.reduce((sum, count) => sum + count, 0),
    })
  }
  return groups
}

function columnsOf(baskets: readonly string[]): Omit<Baskets, 'counts'> {
  const items: number[] = []
  const starts = [0]
  for (const basket of baskets) {
    for (const item of basket.split(' ')) items.push(Number(item))
    starts.push(items.length)
  }
  return { items: Int32Array.from(items), starts: Int32Array.from(starts) }
}

function mine({ baskets, orders }: Group, params: Record<string, number>) {
  const wanted = { maxItems: params.basket_items as number, limit: mostItemsets }
  const least = params.basket_min_count as number
  for (let support = params.basket_support as number; ; support *= 2) {
    const minCount = Math.max(countOf(support, orders), least)
    const itemsets = frequentItemsets(baskets, { ...wanted, minCount })
    if (itemsets) return { minCount, rules: associationRules(itemsets, params.basket_confidence as number) }
  }
}

export default defineModel({
  description:
    'Which items bring which other along: every rule with one consequent whose items stand together in at least min_orders ' +
    'orders and whose confidence is at least basket_confidence, exactly. min_orders is basket_support of all orders and no less than basket_min_count; ' +
    'where more than 10,000 itemsets are that frequent, basket_support is doubled until they are fewer.',
  grain: 'one row a basis, level and rule',
  columns: {
    basis: { type: 'VARCHAR', description: 'calibration or full', tests: ['not_null'] },
    level: { type: 'VARCHAR', description: 'category, subcategory or product', tests: ['not_null'] },
    antecedent: {
      type: 'INTEGER[]',
      description: 'Numbers of the items that are there',
      tests: ['not_null'],
    },
    consequent: { type: 'INTEGER', description: 'Number of the item that comes along', tests: ['not_null'] },
    orders: { type: 'BIGINT', description: 'Orders of the basis and level', tests: ['not_null'] },
    both_orders: { type: 'BIGINT', description: 'Orders with all of them', tests: ['not_null'] },
    antecedent_orders: { type: 'BIGINT', description: 'Orders with the antecedent', tests: ['not_null'] },
    consequent_orders: { type: 'BIGINT', description: 'Orders with the consequent', tests: ['not_null'] },
    min_orders: {
      type: 'BIGINT',
      description: 'Fewest orders that a rule had to stand in',
      tests: ['not_null'],
    },
  },
  inputs: {
    baskets: `
      select basis, level, array_to_string(items, ' ') as items, cast(orders as double) as orders
      from baskets.patterns
      order by basis, level`,
  },
  run({ inputs, params }) {
    const rows = groupsOf(inputs.baskets).flatMap((group) => {
      const { minCount, rules } = mine(group, params)
      return rules.map((rule) => ({ ...group, ...rule, minCount }))
    })
    const numbers = (value: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, value)
    return {
      basis: rows.map(({ basis }) => basis),
      level: rows.map(({ level }) => level),
      antecedent: rows.map(({ antecedent }) => `[${antecedent.join(', ')}]`),
      consequent: numbers(({ consequent }) => consequent),
      orders: numbers(({ orders }) => orders),
      both_orders: numbers(({ both }) => both),
      antecedent_orders: numbers(({ antecedentCount }) => antecedentCount),
      consequent_orders: numbers(({ consequentCount }) => consequentCount),
      min_orders: numbers(({ minCount }) => minCount),
    }
  },
})
