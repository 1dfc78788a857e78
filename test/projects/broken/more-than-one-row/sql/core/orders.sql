select order_id,
  (select full_name from raw.people) as full_name
from raw.orders
