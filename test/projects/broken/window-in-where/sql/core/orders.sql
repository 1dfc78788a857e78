select order_id
from raw.orders
where row_number() over (partition by order_id) = 1
