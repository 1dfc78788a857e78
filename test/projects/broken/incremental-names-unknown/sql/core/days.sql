/*
kind: incremental
incremental:
  time: ordered_onn
  interval: month
  key: [ordered_on, currancy]
  inputs: {raw.order: ordered_on, core.placed: order_on}
columns: {ordered_on: {type: DATE}, currency: {type: VARCHAR}, orders: {type: BIGINT}}
*/
select p.ordered_on, o.currency, count(*) as orders
from raw.orders as o
join core.placed as p using (order_id)
group by all
