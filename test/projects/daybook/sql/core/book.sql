/*
description: Orders up to the as-of date, to the minute
grain: one row an order
kind: incremental
incremental: {time: placed_at, interval: day, key: [order_id], inputs: {staging.orders: placed_at}}
*/
select o.order_id, o.placed_at, o.amount
from staging.orders as o
where cast(o.placed_at as date) <= as_of()
