select order_id, summ(amount) as amount
from raw.orders
group by order_id
