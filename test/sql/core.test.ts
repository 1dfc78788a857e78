import { expect, test } from 'vitest'
import { buildTiny, person } from './tiny.ts'

/**
 * One buyer in Hong Kong, one order in pounds without a customer. The dollar is worth 0.10 until 9 March and 0.20 from 10 March.
 * o1  1 March, HKD: 3 cups at 100 less 30 discount = 270 → 27.00; cost 40 a cup → 12.00; fulfilment 20 → 2.00, shipping 10 → 1.00
 * r1 12 March, HKD: one of these cups comes back, 90 → 18.00 at the rate of its day; cost 40 → 8.00
 * r2 15 March, HKD: something comes back and names nothing, 50 → 10.00; product costs 3 pounds
 * o2 20 March, GBP, nobody known: 2 pots at 25 = 50, cost not known anywhere; a free sample; a debt of 5 written off
 * o3 21 March: cancelled. o4 2 April: after the as-of day; r3 2 April names a line of o1.
 */
const firm = {
  asOf: '2024-03-31',
  params: { default_margin: 0.4 },
  staging: {
    persons: [person('1', 'HK'), person('2', 'GB')],
    products: [{ product_id: 'cup' }, { product_id: 'tin', unit_cost: 3 }],
    channels: [{ channel_id: 'web', kind: 'online' }],
    stores: [{ store_id: 's1', country: 'GB' }],
    fx_rates: [
      { rate_date: '2024-01-01', from_currency: 'HKD', to_currency: 'GBP', rate: 0.1 },
      { rate_date: '2024-03-10', from_currency: 'HKD', to_currency: 'GBP', rate: 0.2 },
      { rate_date: '2024-04-01', from_currency: 'HKD', to_currency: 'GBP', rate: 0.9 },
    ],
    orders: [
      order('o1', '2024-03-01 10:00:00', { shipping_charged: 10, fulfilment_cost: 20 }),
      order('r1', '2024-03-12 10:00:00'),
      order('r2', '2024-03-15 10:00:00'),
      order('o2', '2024-03-20 10:00:00', {
        customer_kind: null,
        person_id: null,
        currency: 'GBP',
        store_id: 's1',
        channel_id: null,
      }),
      order('o3', '2024-03-21 10:00:00', { status: 'cancelled' }),
      order('o4', '2024-04-02 10:00:00'),
      order('r3', '2024-04-02 11:00:00'),
    ],
    order_lines: [
      line('l1', 'o1', 'cup', 3, 100, 30, { unit_cost: 40 }),
      line('l2', 'r1', 'cup', -1, 100, -10, { returned_line_id: 'l1' }),
      line('l3', 'r2', 'tin', -1, 50, 0),
      line('l4', 'o2', 'pot', 2, 25, 0),
      line('l5', 'o2', 'sample', 1, 0, 0),
      line('l6', 'o2', 'debt', 1, -5, 0),
      line('l7', 'o3', 'cup', 1, 1000, 0),
      line('l8', 'o4', 'cup', 1, 1000, 0),
      line('l9', 'r3', 'cup', -1, 100, -10, { returned_line_id: 'l1' }),
    ],
    cases: [
      {
        case_id: 'c1',
        kind: 'service',
        customer_kind: 'person',
        person_id: '1',
        opened_at: '2024-03-02 09:00:00',
        cost: 1.5,
      },
      {
        case_id: 'c2',
        kind: 'service',
        customer_kind: 'person',
        person_id: '1',
        opened_at: '2024-04-02 09:00:00',
        cost: 99,
      },
    ],
    contacts: [
      {
        contact_id: 'k1',
        campaign_id: 'm',
        cell: 'treatment',
        medium: 'post',
        person_id: '1',
        contacted_on: '2024-03-05',
        cost: 0.25,
      },
      {
        contact_id: 'k2',
        campaign_id: 'm',
        cell: 'treatment',
        medium: 'post',
        list_name_id: 'x',
        contacted_on: '2024-03-05',
        cost: 0.4,
      },
    ],
  },
}

function order(order_id: string, ordered_at: string, more = {}) {
  return {
    order_id,
    ordered_at,
    customer_kind: 'person',
    person_id: '1',
    order_class: 'retail',
    channel_id: 'web',
    currency: 'HKD',
    status: 'completed',
    ...more,
  }
}

function line(
  line_id: string,
  order_id: string,
  product_id: string,
  quantity: number,
  price: number,
  discount: number,
  more = {},
) {
  const net_amount = quantity * price - discount
  return { line_id, order_id, product_id, quantity, unit_price: price, discount, net_amount, ...more }
}

const db = await buildTiny({ ...firm, select: ['+core.*'] })

test('lines are worth what the rate of their day makes them, and stop at the as-of day', async () => {
  const lines = await db.rows(`
    select line_id, line_kind, purchase_order_id, cast(purchased_on as varchar) as purchased_on, market, gross_sales, discount, returned, net_sales,
      net_sales_constant, cost_of_goods, cost_basis
    from core.lines order by line_id`)
  expect(lines.map(({ line_id }) => line_id)).toEqual(['l1', 'l2', 'l3', 'l4', 'l5', 'l6'])
  expect(lines[0]).toMatchObject({
    line_kind: 'sale',
    purchase_order_id: 'o1',
    market: 'HK',
    gross_sales: 27,
    discount: 3,
    net_sales: 27,
  })
  // 270 at the rate of the as-of day, 0.20.
  expect(lines[0]).toMatchObject({ net_sales_constant: 54, cost_of_goods: 12, cost_basis: 'line' })
  expect(lines[1]).toMatchObject({
    line_kind: 'return',
    purchase_order_id: 'o1',
    purchased_on: '2024-03-01',
    returned: 18,
    net_sales: -18,
  })
  // No cost on the return itself: 40 dollars from the line it names, at that line's rate of 0.10.
  expect(lines[1]).toMatchObject({ cost_of_goods: -4, cost_basis: 'line' })
  expect(lines[2]).toMatchObject({
    purchase_order_id: null,
    purchased_on: '2024-03-15',
    returned: 10,
    cost_of_goods: -3,
    cost_basis: 'product',
  })
  expect(lines[3]).toMatchObject({ market: 'GB', gross_sales: 50, cost_of_goods: 30, cost_basis: 'assumed' })
  expect(lines[4]).toMatchObject({ line_kind: 'free', net_sales: 0, cost_of_goods: 0 })
  expect(lines[5]).toMatchObject({ line_kind: 'adjustment', gross_sales: 0, returned: 0, net_sales: -5 })
})

test('a return that names its line nets the order; one that names none stays with the customer', async () => {
  expect(
    await db.rows(
      'select order_id, customer_id, gross_sales, returned, adjustment, net_sales, cost_of_goods, trading_margin, purchase_number from core.orders order by order_id',
    ),
  ).toEqual([
    // 27 − 18 = 9; cost 12 − 4 = 8; shipping 1 − fulfilment 2: a margin of 0.
    {
      order_id: 'o1',
      customer_id: 'P1',
      gross_sales: 27,
      returned: 18,
      adjustment: 0,
      net_sales: 9,
      cost_of_goods: 8,
      trading_margin: 0,
      purchase_number: 1,
    },
    // 50 − 5; cost 30 and 60 % of −5.
    {
      order_id: 'o2',
      customer_id: null,
      gross_sales: 50,
      returned: 0,
      adjustment: -5,
      net_sales: 45,
      cost_of_goods: 27,
      trading_margin: 18,
      purchase_number: null,
    },
  ])
  const [customer, prospect] = await db.rows('select * from core.customers order by customer_id')
  // 27 − 18 − 10 = −1; cost 12 − 4 − 3 = 5; −1 − 5 + 1 − 2 − 1.50 − 0.25 = −8.75.
  expect(customer).toMatchObject({
    customer_id: 'P1',
    orders: 1,
    purchases: 1,
    returned: 28,
    net_sales: -1,
    cost_of_goods: 5,
    service_cost: 1.5,
    contact_cost: 0.25,
    contribution: -8.75,
    silent_days: 30,
  })
  expect(prospect).toMatchObject({
    customer_id: 'P2',
    orders: 0,
    purchases: 0,
    first_purchase_on: null,
    contribution: 0,
  })
})

test('revenue without a customer is in the months and in the count of classes, and with no customer', async () => {
  const months = await db.rows(
    'select cast(month as varchar) as month, market, channel_kind, kind, orders, net_sales, contribution, prospect_contact_cost from core.months order by kind, channel_kind',
  )
  expect(months).toEqual([
    {
      month: '2024-03-01',
      market: 'HK',
      channel_kind: 'none',
      kind: 'person',
      orders: 0,
      net_sales: 0,
      contribution: -1.75,
      prospect_contact_cost: 0,
    },
    {
      month: '2024-03-01',
      market: 'HK',
      channel_kind: 'online',
      kind: 'person',
      orders: 1,
      net_sales: -1,
      contribution: -7,
      prospect_contact_cost: 0,
    },
    {
      month: '2024-03-01',
      market: 'unknown',
      channel_kind: 'none',
      kind: 'unknown',
      orders: 0,
      net_sales: 0,
      contribution: 0,
      prospect_contact_cost: 0.4,
    },
    {
      month: '2024-03-01',
      market: 'GB',
      channel_kind: 'unknown',
      kind: 'unknown',
      orders: 1,
      net_sales: 45,
      contribution: 18,
      prospect_contact_cost: 0,
    },
  ])
  const classes = await db.rows(
    'select class, lines, customers, net_amount from core.reconciliation order by position',
  )
  expect(
    Object.fromEntries(
      classes.map(({ class: name, lines, customers, net_amount }) => [name, [lines, customers, net_amount]]),
    ),
  ).toEqual({
    // 27 − 18 − 10 + 50 − 5, and the cancelled 1,000 dollars at 0.20.
    all: [7, 1, 244],
    sale: [2, 1, 77],
    return: [2, 1, -28],
    free: [1, 0, 0],
    adjustment: [1, 0, -5],
    cancelled_order: [1, 1, 200],
    without_customer: [3, 0, 45],
    zero_price: [1, 0, 0],
    negative_price: [1, 0, -5],
    cleaned: [1, 1, 27],
  })
})

test('an order in a currency without a rate stops the night', async () => {
  const orders = [...firm.staging.orders, order('o5', '2024-03-22 10:00:00', { currency: 'CNY' })]
  const failing = buildTiny({ ...firm, select: ['+core.*'], staging: { ...firm.staging, orders } })
  await expect(failing).rejects.toThrow(/core\.documents|core\.rates/)
})
