/*
description: >
  The purchase days of known customers: all orders of a customer on one day are one purchase. What recency, frequency,
  gaps and the purchase models count. A later return lowers the value and does not undo the purchase.
grain: one row a customer and purchase day, up to the as-of day
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null, {accepted_values: [person, organisation]}]}
  purchased_on: {type: DATE, description: Day, tests: [not_null]}
  purchase_number: {type: BIGINT, description: 1 for the first purchase of the customer, tests: [{range: {min: 1}}]}
  previous_on: {type: DATE, description: The purchase day before; null for the first}
  gap_days: {type: BIGINT, description: Days since the purchase before; null for the first, tests: [{range: {min: 1}}]}
  orders: {type: BIGINT, description: Orders of the day, tests: [{range: {min: 1}}]}
  gross_sales: {type: 'DECIMAL(18,4)', description: After discount and before returns}
  net_sales: {type: 'DECIMAL(18,4)', description: Less the returns that name its lines}
  trading_margin: {type: 'DECIMAL(18,4)', description: net_sales − cost of goods + shipping − fulfilment}
tests:
  - unique: [customer_id, purchased_on]
  - unique: [customer_id, purchase_number]
*/
with
  days as (
    select
      customer_id,
      kind,
      ordered_on as purchased_on,
      purchase_number,
      count(*) as orders,
      money(sum(gross_sales)) as gross_sales,
      money(sum(net_sales)) as net_sales,
      money(sum(trading_margin)) as trading_margin
    from core.orders
    where customer_id is not null
    group by customer_id, kind, ordered_on, purchase_number
  ),
  gaps as (
    select *, lag(purchased_on) over (partition by customer_id order by purchased_on) as previous_on
    from days
  )
select
  customer_id,
  kind,
  purchased_on,
  purchase_number,
  previous_on,
  date_diff('day', previous_on, purchased_on) as gap_days,
  orders,
  gross_sales,
  net_sales,
  trading_margin
from gaps
