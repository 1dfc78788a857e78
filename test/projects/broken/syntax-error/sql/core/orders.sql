/*
description: Orders
*/
select
  order_id,
  sum(amount as total
from raw.orders
group by order_id
