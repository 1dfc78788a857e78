select order_id /* the till's
from raw.orders
