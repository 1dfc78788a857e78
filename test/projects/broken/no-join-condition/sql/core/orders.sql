select order_id
from raw.orders
join raw.people
where amount > 0
