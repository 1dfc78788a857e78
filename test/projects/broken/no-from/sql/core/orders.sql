select order_id, amount
