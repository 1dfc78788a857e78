select order_id, halv(amount) as amount
from raw.orders
