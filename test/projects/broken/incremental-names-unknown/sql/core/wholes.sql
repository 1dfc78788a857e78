/*
kind: incremental
*/
select order_id, ordered_on from raw.orders
