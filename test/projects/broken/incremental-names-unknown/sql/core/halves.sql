/*
kind: table
incremental: {time: ordered_on, interval: day, key: order_id, inputs: {raw.orders: ordered_on}}
*/
select order_id, ordered_on from raw.orders
