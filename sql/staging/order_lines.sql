/*
description: 'The lines of every order. Sales are positive, returns negative.'
grain: one row a line of an order
columns:
  line_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the line}
  order_id: {type: VARCHAR, tests: [not_null], description: Order it belongs to; see orders}
  product_id: {type: VARCHAR, description: Product; see products}
  quantity: {type: INTEGER, tests: [not_null], description: Units; negative on a return}
  unit_price: {type: 'DECIMAL(18,4)', description: 'Price of one unit before discount, order currency'}
  discount: {type: 'DECIMAL(18,4)', description: 'Discount on the whole line, order currency, with the sign of the quantity'}
  net_amount: {type: 'DECIMAL(18,4)', description: 'quantity * unit_price - discount, order currency; negative on a return'}
  unit_cost: {type: 'DECIMAL(18,4)', description: 'Cost of one unit on the day, order currency; null when not known'}
  returned_line_id: {type: VARCHAR, description: 'On a return, the line it gives back; null on a sale or when not known'}
*/
select
  cast(null as varchar) as line_id,
  cast(null as varchar) as order_id,
  cast(null as varchar) as product_id,
  cast(null as integer) as quantity,
  cast(null as decimal(18,4)) as unit_price,
  cast(null as decimal(18,4)) as discount,
  cast(null as decimal(18,4)) as net_amount,
  cast(null as decimal(18,4)) as unit_cost,
  cast(null as varchar) as returned_line_id
where false
