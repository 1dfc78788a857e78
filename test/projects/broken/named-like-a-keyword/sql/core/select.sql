select order_id, amuont from core.order
