/*
kind: incremental
incremental: {time: ordered_on, interval: month, key: [order_id, person_id], inputs: {raw.orders: ordered_on}}
*/
select order_id, person_id, case when currency <> 'XXX' then ordered_on end as ordered_on from raw.orders
