/*
description: >
  Returned goods. A return that names the line it returns carries the day of the purchase and nets that order;
  one that names none is kept as a return of the customer on its own day.
grain: one row a returned line, up to the as-of day
columns:
  line_id: {type: VARCHAR, description: Line of the return, tests: [not_null, unique]}
  order_id: {type: VARCHAR, description: Document of the return, tests: [not_null]}
  purchase_order_id: {type: VARCHAR, description: Purchase it nets; null when it names none}
  returned_line_id: {type: VARCHAR, description: Line that it names}
  is_named: {type: BOOLEAN, description: It names a line that is on the books, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer; null unknown}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the document, tests: [not_null]}
  channel_kind: {type: VARCHAR, description: Kind of channel the goods came back to, tests: [not_null]}
  product_id: {type: VARCHAR, description: Product}
  booked_on: {type: DATE, description: Day of the return, tests: [not_null]}
  purchased_on: {type: DATE, description: Day of the purchase; null when it names none}
  days_to_return: {type: BIGINT, description: Days from purchase to return}
  units: {type: BIGINT, description: Units that came back, tests: [{range: {min: 1}}]}
  returned: {type: 'DECIMAL(18,4)', description: 'Value, positive', tests: [{range: {min: 0}}]}
  cost_of_goods: {type: 'DECIMAL(18,4)', description: 'Cost of the goods that came back, positive'}
*/
select
  line_id,
  order_id,
  purchase_order_id,
  returned_line_id,
  purchase_order_id is not null as is_named,
  customer_id,
  kind,
  market,
  channel_kind,
  product_id,
  booked_on,
  case when purchase_order_id is not null then purchased_on end as purchased_on,
  case when purchase_order_id is not null then date_diff('day', purchased_on, booked_on) end as days_to_return,
  cast(-quantity as bigint) as units,
  returned,
  money(-cost_of_goods) as cost_of_goods
from core.lines
where line_kind = 'return'
