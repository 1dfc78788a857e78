/*
kind: incremental
incremental: {time: month, interval: month, key: [order_id, line_id], inputs: {raw.orders: currency}}
*/
select order_id, strftime(ordered_on, '%Y-%m') as month from raw.orders
