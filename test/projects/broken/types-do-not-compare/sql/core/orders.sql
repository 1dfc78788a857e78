select order_id
from raw.orders
where ordered_on > 20240101
