select order_id
from raw.orders
where ordered_on <= as_of
