describe raw.orders
