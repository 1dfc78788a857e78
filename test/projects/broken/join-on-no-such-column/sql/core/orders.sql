select order_id
from raw.orders
join raw.people using (customer_id)
