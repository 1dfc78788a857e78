select date_diff('day', ordered_on) as days from raw.orders
