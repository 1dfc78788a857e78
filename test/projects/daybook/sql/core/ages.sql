/*
description: How old every order is
grain: one row an order
kind: incremental
incremental: {time: ordered_on, interval: year, key: [order_id], inputs: {staging.orders: ordered_on}}
*/
select order_id, ordered_on, date_diff('day', ordered_on, as_of()) as days
from staging.orders
