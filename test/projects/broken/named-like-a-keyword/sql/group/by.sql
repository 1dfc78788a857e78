select order_id from group.order
