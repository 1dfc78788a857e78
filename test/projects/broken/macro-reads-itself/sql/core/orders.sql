select twice(amount) as amount from raw.orders
