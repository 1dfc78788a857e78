/*
columns: {order_id: {type: VARCHAR}, ordered_on: {type: DATE}}
*/
select order_id, ordered_on from raw.orders
