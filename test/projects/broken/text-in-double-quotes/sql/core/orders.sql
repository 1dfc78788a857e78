select order_id
from raw.orders
where currency = "GBP"
