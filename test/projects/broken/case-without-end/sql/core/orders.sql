select order_id,
  case when amount > 0 then 1 else 0 as is_sale
from raw.orders
