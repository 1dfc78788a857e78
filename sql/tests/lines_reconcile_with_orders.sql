/*
description: >
  Net sales of all lines = net sales of the purchases + lines that belong to no purchase: returns that name none, money without goods.
severity: error
*/
with
  lines as (
    select coalesce(sum(net_sales), 0) as net_sales, coalesce(sum(net_sales) filter (where purchase_order_id is null), 0) as apart
    from core.lines
  ),
  orders as (
    select coalesce(sum(net_sales), 0) as net_sales
    from core.orders
  )
select l.net_sales as of_lines, o.net_sales as of_orders, l.apart
from lines as l, orders as o
where l.net_sales <> o.net_sales + l.apart
