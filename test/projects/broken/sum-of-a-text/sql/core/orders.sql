select sum(currency) as amount from raw.orders
