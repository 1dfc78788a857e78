select amuont from raw.orders
