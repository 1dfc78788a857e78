import { expect, test } from 'vitest'
import { buildTiny, person, purchases } from './tiny.ts'

/**
 * As-of 30 June 2024, a window of 365 days from 2 July 2023; compared with 90 days before, 1 April 2024.
 *   customer  last       recency  frequency  monetary
 *   A         30 June          0          2       200
 *   B         20 June         10          1        40   (50 less a return of 10 that names no line)
 *   C         20 June         10          1        50
 *   D          1 May          60          3       460   (500 less 40 of the December purchase that came back in June)
 *   F         10 June         20          1        20
 *   E          1 May 2023: in the window of 1 April only.
 */
const bought = [
  purchases('A', [
    ['2024-06-01', 100],
    ['2024-06-30', 100],
  ]),
  purchases('B', [['2024-06-20', 50]]),
  purchases('C', [['2024-06-20', 50]]),
  purchases('D', [
    ['2023-12-01', 100],
    ['2024-04-10', 100],
    ['2024-05-01', 300],
  ]),
  purchases('E', [['2023-05-01', 999]]),
  purchases('F', [['2024-06-10', 20]]),
]

const returned = (
  order_id: string,
  person_id: string,
  day: string,
  amount: number,
  returned_line_id: string | null,
) => ({
  order: { ...purchases(person_id, [[day, 0]]).orders[0], order_id },
  line: {
    line_id: order_id,
    order_id,
    quantity: -1,
    unit_price: amount,
    discount: 0,
    net_amount: -amount,
    returned_line_id,
  },
})
const returns = [returned('rB', 'B', '2024-06-25', 10, null), returned('rD', 'D', '2024-06-15', 40, 'D-1-1')]

const db = await buildTiny({
  asOf: '2024-06-30',
  select: ['+rfm.*'],
  params: { rfm_window_days: 365, migration_days: 90 },
  staging: {
    persons: ['A', 'B', 'C', 'D', 'E', 'F'].map((id) => person(id)),
    orders: [...bought.flatMap(({ orders }) => orders), ...returns.map(({ order }) => order)],
    order_lines: [...bought.flatMap(({ order_lines }) => order_lines), ...returns.map(({ line }) => line)],
  },
})

test('scores rank with ties equal, 5 best, and the cell decides the segment', async () => {
  const scores = await db.rows(
    'select customer_id, recency_days, frequency, monetary, cell, segment from rfm.customers order by customer_id',
  )
  // Five customers: the fifth is the rank. Recency from the oldest D F B=C A; frequency B=C=F A D; monetary F B C A D.
  expect(scores).toEqual([
    { customer_id: 'PA', recency_days: 0, frequency: 2, monetary: 200, cell: 544, segment: 'Champions' },
    { customer_id: 'PB', recency_days: 10, frequency: 1, monetary: 40, cell: 312, segment: 'About to Sleep' },
    { customer_id: 'PC', recency_days: 10, frequency: 1, monetary: 50, cell: 313, segment: 'Need Attention' },
    {
      customer_id: 'PD',
      recency_days: 60,
      frequency: 3,
      monetary: 460,
      cell: 155,
      segment: 'Cannot Lose Them',
    },
    { customer_id: 'PF', recency_days: 20, frequency: 1, monetary: 20, cell: 211, segment: 'Hibernating' },
  ])
})

test('nested scores bin within the bin above', async () => {
  const nested = await db.rows(
    'select customer_id, nested_r as r, nested_f as f, nested_m as m from rfm.customers order by customer_id',
  )
  // B and C share recency 3: equal in frequency, and of the two the lower value falls in the first fifth, the higher in the third.
  expect(nested.map(({ customer_id, r, f, m }) => `${customer_id} ${r}${f}${m}`)).toEqual([
    'PA 511',
    'PB 311',
    'PC 313',
    'PD 111',
    'PF 211',
  ])
})

test('bins print their edges and sizes', async () => {
  const bins = await db.rows(
    `select measure, score, customers, low, high from rfm.bins where scoring = 'independent' and measure <> 'monetary' order by measure, score`,
  )
  expect(bins).toEqual([
    { measure: 'frequency', score: 1, customers: 3, low: 1, high: 1 },
    { measure: 'frequency', score: 4, customers: 1, low: 2, high: 2 },
    { measure: 'frequency', score: 5, customers: 1, low: 3, high: 3 },
    { measure: 'recency', score: 1, customers: 1, low: 60, high: 60 },
    { measure: 'recency', score: 2, customers: 1, low: 20, high: 20 },
    { measure: 'recency', score: 3, customers: 2, low: 10, high: 10 },
    { measure: 'recency', score: 5, customers: 1, low: 0, high: 0 },
  ])
})

test('the state of 90 days before knows nothing of what came later', async () => {
  const prior = await db.rows(
    `select customer_id, recency_days, frequency, monetary, segment from rfm.scores where snapshot = 'prior' order by customer_id`,
  )
  // Two customers. D still has the 100 that came back in June; of two, the better value falls in the third fifth.
  expect(prior).toEqual([
    { customer_id: 'PD', recency_days: 122, frequency: 1, monetary: 100, segment: 'About to Sleep' },
    { customer_id: 'PE', recency_days: 336, frequency: 1, monetary: 999, segment: 'Hibernating' },
  ])
  const moves = await db.rows(
    `select from_segment, to_segment, customers from rfm.migration where kind = 'all' and from_segment <> 'Outside' order by 1`,
  )
  expect(moves).toEqual([
    { from_segment: 'About to Sleep', to_segment: 'Cannot Lose Them', customers: 1 },
    { from_segment: 'Hibernating', to_segment: 'Outside', customers: 1 },
  ])
})

test('all eleven segments and all 25 cells of the grid are there, empty ones too', async () => {
  const segments = await db.rows(
    `select segment, customers, net_sales from rfm.segments where kind = 'person' order by position`,
  )
  expect(segments).toHaveLength(11)
  expect(segments.filter(({ customers }) => customers === 0)).toHaveLength(6)
  expect(segments[0]).toEqual({ segment: 'Champions', customers: 1, net_sales: 200 })
  const [grid] = await db.rows(
    `select count(*) as cells, sum(customers) as customers, sum(net_sales) as sales from rfm.grid where kind = 'all'`,
  )
  expect(grid).toEqual({ cells: 25, customers: 5, sales: 770 })
})

test('every cell is in the segment that the rule names', async () => {
  const cells = await db.rows<{ segment: string; cells: number }>(
    'select segment, count(*) as cells from rfm.cells group by segment',
  )
  expect(Object.fromEntries(cells.map(({ segment, cells: count }) => [segment, count]))).toEqual({
    Champions: 12,
    Loyal: 22,
    'Potential Loyalist': 12,
    New: 5,
    Promising: 5,
    'Need Attention': 16,
    'About to Sleep': 10,
    'At Risk': 24,
    'Cannot Lose Them': 6,
    Hibernating: 10,
    Lost: 3,
  })
})
