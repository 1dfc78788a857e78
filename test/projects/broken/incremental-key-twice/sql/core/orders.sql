/*
kind: incremental
incremental: {time: ordered_on, interval: month, key: order_id, inputs: {raw.orders: ordered_on}}
columns: {order_id: {type: VARCHAR, tests: [{unique: true, severity: warn}]}, ordered_on: {type: DATE}}
*/
select order_id, ordered_on from raw.orders
