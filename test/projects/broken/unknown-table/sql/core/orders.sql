select order_id from raw.order
