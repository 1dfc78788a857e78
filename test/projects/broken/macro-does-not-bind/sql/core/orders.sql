select half(amount) as amount from raw.orders
