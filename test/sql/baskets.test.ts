import { expect, test } from 'vitest'
import { buildTiny, person } from './tiny.ts'

/** Ten orders in March 2024: tea with a pot in four of six, a pot without tea in one, soap in three, once with a wax that is bought at no other time. */
const baskets = ['tea pot', 'tea pot', 'tea pot', 'tea pot', 'tea', 'tea', 'pot', 'soap', 'soap', 'soap wax']
const products = { tea: 'Drinks', pot: 'Ware', soap: 'Bath', wax: 'Bath' }

const db = await buildTiny({
  asOf: '2024-03-31',
  select: ['+baskets.*'],
  params: { basket_min_count: 2, basket_confidence: 0.5, holdout_days: 7 },
  staging: {
    persons: baskets.map((_, i) => person(`c${i}`)),
    products: Object.entries(products).map(([product_id, category]) => ({
      product_id,
      name: product_id,
      category,
      subcategory: `${category} of ${product_id}`,
    })),
    orders: baskets.map((_, i) => ({
      order_id: `o${i}`,
      customer_kind: 'person',
      person_id: `c${i}`,
      ordered_at: `2024-03-${11 + i} 12:00:00`,
      currency: 'GBP',
      status: 'completed',
    })),
    order_lines: baskets.flatMap((basket, i) =>
      // A second line of the same article is the same article.
      [...basket.split(' '), ...(i === 0 ? ['tea'] : [])].map((product_id, line) => ({
        line_id: `o${i}-${line}`,
        order_id: `o${i}`,
        product_id,
        quantity: 1,
        unit_price: 10,
        discount: 0,
        net_amount: 10,
      })),
    ),
  },
})

test('rules of ten orders, counted by hand, at every level of the tree', async () => {
  const rules = await db.rows(
    `select level, antecedent_names, consequent_name, orders, support, round(confidence, 4) as confidence, round(lift, 4) as lift
     from baskets.rules where basis = 'full' and level <> 'subcategory' order by level, confidence desc`,
  )
  // Whoever buys wax buys soap, but one order is below the minimum of two.
  expect(rules).toEqual([
    // Pots in 5 orders, tea in 6, both in 4: 4/5 and 4/6, each against what all orders hold.
    {
      level: 'category',
      antecedent_names: 'Ware',
      consequent_name: 'Drinks',
      orders: 4,
      support: 0.4,
      confidence: 0.8,
      lift: 1.3333,
    },
    {
      level: 'category',
      antecedent_names: 'Drinks',
      consequent_name: 'Ware',
      orders: 4,
      support: 0.4,
      confidence: 0.6667,
      lift: 1.3333,
    },
    {
      level: 'product',
      antecedent_names: 'pot',
      consequent_name: 'tea',
      orders: 4,
      support: 0.4,
      confidence: 0.8,
      lift: 1.3333,
    },
    {
      level: 'product',
      antecedent_names: 'tea',
      consequent_name: 'pot',
      orders: 4,
      support: 0.4,
      confidence: 0.6667,
      lift: 1.3333,
    },
  ])
})

test('a buyer of tea alone is proposed the pot first, by the rule; nobody what they have', async () => {
  const [tea] = await db.rows(
    `select product_id, rule is not null as by_rule from baskets.next_product where basis = 'full' and customer_id = 'Pc4' and place = 1`,
  )
  expect(tea).toEqual({ product_id: 'pot', by_rule: true })
  const owned = await db.rows(
    'select n.customer_id from baskets.next_product as n join baskets.first_purchases as f using (customer_id, product_id)',
  )
  expect(owned).toEqual([])
})
