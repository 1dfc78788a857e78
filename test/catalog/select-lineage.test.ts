import { expect, test } from 'vitest'
import { read } from './select.ts'

/** Each query, and what each of its columns is made of; the columns' order counts. */
const cases: [about: string, sql: string, columns: Record<string, string>][] = [
  [
    'a column, another name, an expression, a literal',
    "select o.order_id, o.amount as value, amount - discount as net, 'web' as shop from shop.orders o",
    {
      order_id: '= shop.orders.order_id',
      value: '= shop.orders.amount',
      net: '~ shop.orders.amount ~ shop.orders.discount',
      shop: '',
    },
  ],
  [
    'CTEs, one over another, with columns of other names',
    `with a(id, x) as (select order_id, amount * 2 from shop.orders), b as (select id, x + 1 as y from a)
     select id, y from b`,
    { id: '= shop.orders.order_id', y: '~ shop.orders.amount' },
  ],
  [
    'an inner CTE hides an outer one, and a schema hides none',
    `with orders as (select 1 as amount)
     select (with orders as (select quantity as amount from shop.lines) select sum(amount) from orders) as inner_one,
       orders.amount as outer_one, o.amount as real from orders, shop.orders o`,
    {
      inner_one: '~ shop.lines.quantity ~ shop.lines.*',
      outer_one: '',
      real: '= shop.orders.amount',
    },
  ],
  [
    'a star, one without columns, with replacements and other names',
    `select o.* exclude (placed_on, discount) replace (amount - discount as amount) rename (customer_id as buyer), c.*
     from shop.orders o join shop.customers c on c.customer_id = o.customer_id`,
    {
      order_id: '= shop.orders.order_id',
      buyer: '= shop.orders.customer_id',
      amount: '~ shop.orders.amount ~ shop.orders.discount',
      customer_id: '= shop.customers.customer_id',
      name: '= shop.customers.name',
      country: '= shop.customers.country',
    },
  ],
  [
    'USING makes one column of two, and * has it once',
    'select * exclude (placed_on, discount, name) from shop.orders join shop.customers using (customer_id)',
    {
      order_id: '= shop.orders.order_id',
      customer_id: '= shop.orders.customer_id',
      amount: '= shop.orders.amount',
      country: '= shop.customers.country',
    },
  ],
  [
    'a full join gives the column of either side, a right join that of the right',
    `select f.customer_id as either, r.customer_id as right_one
     from (select customer_id from shop.orders full join shop.customers using (customer_id)) f,
       (select customer_id from shop.orders right join shop.customers using (customer_id)) r`,
    {
      either: '~ shop.orders.customer_id ~ shop.customers.customer_id',
      right_one: '= shop.customers.customer_id',
    },
  ],
  [
    'a natural join',
    'select customer_id, order_id, name from shop.orders natural join shop.customers',
    {
      customer_id: '= shop.orders.customer_id',
      order_id: '= shop.orders.order_id',
      name: '= shop.customers.name',
    },
  ],
  [
    'a semi join only chooses rows',
    'select * exclude (discount, placed_on) from shop.orders semi join shop.customers using (customer_id)',
    {
      order_id: '= shop.orders.order_id',
      customer_id: '= shop.orders.customer_id',
      amount: '= shop.orders.amount',
    },
  ],
  [
    'a union goes by position, by name where it says so',
    `select * from (select order_id as id, amount from shop.orders union all select line_id, price * quantity from shop.lines)
     union all by name select discount as amount, 'x' as note from shop.orders`,
    {
      id: '= shop.orders.order_id = shop.lines.line_id',
      amount: '= shop.orders.amount ~ shop.lines.price ~ shop.lines.quantity = shop.orders.discount',
      note: '',
    },
  ],
  [
    'aggregates with filter and order, counts of rows, a window',
    `select customer_id, count(*) as orders, sum(amount) filter (where discount > 0) as reduced,
       first(order_id order by placed_on) as first_order, row_number() over (partition by customer_id order by placed_on) as n,
       row_number() over () as number
     from shop.orders group by customer_id`,
    {
      customer_id: '= shop.orders.customer_id',
      orders: '~ shop.orders.*',
      reduced: '~ shop.orders.amount ~ shop.orders.discount',
      first_order: '~ shop.orders.order_id ~ shop.orders.placed_on',
      n: '~ shop.orders.customer_id ~ shop.orders.placed_on',
      number: '~ shop.orders.*',
    },
  ],
  [
    'a window function with arguments and a named window',
    `select lag(amount, 1, discount) over w as before, count(*) over w as n from shop.orders
     window w as (partition by customer_id order by placed_on)`,
    {
      before: '~ shop.orders.amount ~ shop.orders.customer_id ~ shop.orders.placed_on ~ shop.orders.discount',
      n: '~ shop.orders.customer_id ~ shop.orders.placed_on',
    },
  ],
  [
    'an alias in the same SELECT list, which a column hides',
    'select amount * 2 as twice, twice + 1 as more, discount as amount, amount as again from shop.orders',
    {
      twice: '~ shop.orders.amount',
      more: '~ shop.orders.amount',
      amount: '= shop.orders.discount',
      again: '= shop.orders.amount',
    },
  ],
  [
    'subqueries: a value, EXISTS, IN, and one that reaches outward',
    `select (select max(price) from shop.lines l where l.order_id = o.order_id) as dearest,
       exists (select 1 from shop.customers c where c.customer_id = o.customer_id) as known,
       o.customer_id in (select customer_id from shop.customers) as listed
     from shop.orders o`,
    {
      dearest: '~ shop.lines.price ~ shop.lines.* ~ shop.lines.order_id ~ shop.orders.order_id',
      known: '~ shop.customers.* ~ shop.customers.customer_id ~ shop.orders.customer_id',
      listed: '~ shop.customers.customer_id ~ shop.customers.* ~ shop.orders.customer_id',
    },
  ],
  [
    'a lateral subquery reads what stands before it',
    'select l.twice from shop.orders o, lateral (select o.amount * 2 as twice) l',
    { twice: '~ shop.orders.amount' },
  ],
  [
    'CASE, CAST, lists, structs, a lambda whose name hides a column, a whole row',
    `select case when discount > 0 then amount else 0 end as a, amount::integer as b, {'x': amount, 'y': discount} as c,
       list_transform([amount], lambda discount: discount + quantity) as d, o as e, o.placed_on.year as f
     from shop.orders o, shop.lines`,
    {
      a: '~ shop.orders.discount ~ shop.orders.amount',
      b: '~ shop.orders.amount',
      c: '~ shop.orders.amount ~ shop.orders.discount',
      d: '~ shop.orders.amount ~ shop.lines.quantity',
      e: '~ shop.orders.order_id ~ shop.orders.customer_id ~ shop.orders.placed_on ~ shop.orders.amount ~ shop.orders.discount',
      f: '~ shop.orders.placed_on',
    },
  ],
  [
    'VALUES, a function in FROM, unnest',
    `select v.a, v.b, r.day, u.word from (values (1, 2), (3, 4)) v(a, b), range(7) r(day), shop.customers c,
       unnest(string_split(c.name, ' ')) u(word)`,
    { a: '', b: '', day: '', word: '~ shop.customers.name' },
  ],
  [
    'a recursive CTE goes round until nothing new flows in',
    `with recursive chain as (
       select order_id as id, customer_id as a, 0 as b from shop.orders
       union all select c.id, l.price, c.a from chain c join shop.lines l on l.order_id = c.id)
     select * from chain`,
    {
      id: '= shop.orders.order_id',
      a: '= shop.orders.customer_id = shop.lines.price',
      b: '= shop.orders.customer_id = shop.lines.price',
    },
  ],
  [
    'PIVOT: a column a value; those that nothing uses stay',
    `select * from (select customer_id, placed_on, amount from shop.orders)
       pivot (sum(amount) as total, count(*) as n for placed_on in ('mon', 'tue'))`,
    {
      customer_id: '= shop.orders.customer_id',
      mon_total: '~ shop.orders.amount ~ shop.orders.placed_on',
      mon_n: '~ shop.orders.* ~ shop.orders.placed_on',
      tue_total: '~ shop.orders.amount ~ shop.orders.placed_on',
      tue_n: '~ shop.orders.* ~ shop.orders.placed_on',
    },
  ],
  [
    'UNPIVOT',
    'select * from (select order_id, amount, discount from shop.orders) unpivot (value for what in (amount, discount))',
    {
      order_id: '= shop.orders.order_id',
      what: '',
      value: '~ shop.orders.amount ~ shop.orders.discount',
    },
  ],
  [
    'COLUMNS by a regular expression and by a list',
    "select columns('^(amount|discount)$'), columns(['order_id']) from shop.orders",
    {
      amount: '= shop.orders.amount',
      discount: '= shop.orders.discount',
      order_id: '= shop.orders.order_id',
    },
  ],
  [
    'parameters are origins, too',
    "select as_of() as today, param('rate') * amount as a, text_param('currency') as b from shop.orders",
    { today: '~ param.as_of', a: '~ param.rate ~ shop.orders.amount', b: '~ param.currency' },
  ],
  [
    'names are found whatever their case',
    'SELECT O.Order_ID, AMOUNT FROM SHOP.ORDERS AS o',
    { Order_ID: '= shop.orders.order_id', AMOUNT: '= shop.orders.amount' },
  ],
  [
    'the left side of EXCEPT gives the values',
    'select customer_id from shop.customers except select customer_id from shop.orders',
    { customer_id: '= shop.customers.customer_id' },
  ],
  [
    'GROUP BY ALL, QUALIFY and an alias in WHERE',
    `select customer_id, sum(amount) as total, amount > 3 as dear from shop.orders where dear group by all
     qualify row_number() over (order by total) = 1`,
    { customer_id: '= shop.orders.customer_id', total: '~ shop.orders.amount', dear: '~ shop.orders.amount' },
  ],
]

test.for(cases)('%s', async ([, sql, columns]) => {
  const found = await read(sql)
  expect(Object.entries(found.columns)).toEqual(Object.entries(columns))
  expect(found.doubts).toEqual([])
})

test('a macro is its body: arguments by place and by name, defaults, a macro in a macro', async () => {
  const found = await read(
    'select net(amount, less := discount) as a, net(amount) as b, same(amount) as c from shop.orders',
    ['same(x) as x', "net(gross, less := 0) as same(gross) - less * param('rate')"],
  )
  expect(found.columns).toEqual({
    a: '~ shop.orders.amount ~ shop.orders.discount ~ param.rate',
    b: '~ shop.orders.amount ~ param.rate',
    c: '= shop.orders.amount',
  })
})

test('a macro that gives a table, and one that reads one', async () => {
  const found = await read('select b.value, spent(c.customer_id) as spent from shop.customers c, big(10) b', [
    'big(least) as table select amount as value from shop.orders where amount > least',
    'spent(who) as (select sum(amount) from shop.orders o where o.customer_id = who)',
  ])
  expect(found.columns).toEqual({
    value: '= shop.orders.amount',
    spent: '~ shop.orders.amount ~ shop.orders.* ~ shop.orders.customer_id ~ shop.customers.customer_id',
  })
})

/** What decides which rows there are, besides the tables themselves. */
const rowCases: [about: string, sql: string, rows: string[]][] = [
  ['WHERE', 'select amount from shop.orders where discount > 0', ['shop.orders.discount']],
  [
    'joins',
    'select 1 from shop.orders o left join shop.customers c on c.customer_id = o.customer_id',
    ['shop.customers.customer_id', 'shop.orders.customer_id'],
  ],
  ['keys of groups', 'select count(*) from shop.orders group by customer_id', ['shop.orders.customer_id']],
  ['GROUP BY a position', 'select placed_on, 1 from shop.orders group by 1', ['shop.orders.placed_on']],
  [
    'HAVING',
    'select 1 from shop.orders group by customer_id having sum(amount) > 1',
    ['shop.orders.amount', 'shop.orders.customer_id'],
  ],
  ['DISTINCT', 'select distinct amount from shop.orders', ['shop.orders.amount']],
  [
    'UNION without ALL',
    'select amount from shop.orders union select amount from shop.orders',
    ['shop.orders.amount'],
  ],
  ['ORDER BY alone', 'select amount from shop.orders order by discount', []],
  [
    'ORDER BY with LIMIT',
    'select amount from shop.orders order by discount limit 1',
    ['shop.orders.discount'],
  ],
  [
    'a CTE that is joined',
    'with c as (select 1 as one from shop.orders where amount > 1) select * from c',
    ['shop.orders.amount'],
  ],
  [
    'EXCEPT',
    'select amount from shop.orders except select price from shop.lines',
    ['shop.lines.price', 'shop.orders.amount'],
  ],
  [
    'a parameter',
    'select amount from shop.orders where placed_on <= as_of()',
    ['param.as_of', 'shop.orders.placed_on'],
  ],
]

test.for(rowCases)('rows are decided by %s', async ([, sql, rows]) => {
  const found = await read(sql)
  expect(found.rows.filter((key) => !key.endsWith('.*'))).toEqual(rows)
  expect(found.rows.filter((key) => key.endsWith('.*'))).not.toEqual([])
})

test('what only the engine can name is open, and never left out', async () => {
  const found = await read("select order_id, columns(c -> c like 'a%'), max(columns(*)) from shop.orders")
  expect(found.columns).toEqual({ order_id: '= shop.orders.order_id' })
  for (const column of ['amount', 'discount', 'placed_on'])
    expect(found.open).toContain(`~ shop.orders.${column}`)
})

test('a name that nothing has stands for everything, and is told', async () => {
  const found = await read('select nowhere + 1 as a from shop.customers')
  expect(found.doubts).toEqual(['nowhere'])
  expect(found.columns.a).toBe('~ shop.customers.customer_id ~ shop.customers.name ~ shop.customers.country')
})

test('a table that nobody knows gives what it has', async () => {
  expect((await read('select x, y + 1 as z from other.place')).columns).toEqual({
    x: '~ other.place.*',
    z: '~ other.place.*',
  })
})
