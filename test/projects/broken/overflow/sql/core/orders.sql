select order_id, cast(amount * 1000000000 as integer) as amount from raw.orders
