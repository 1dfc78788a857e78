/*
description: Orders that were placed; a draft has no time yet
grain: one row an order
kind: view
*/
select order_id, shop, placed_at, cast(placed_at as date) as ordered_on, amount, note
from raw.orders
where placed_at is not null
