select o.order_id, p.person_id
from orders as o
join staging.people as p using (order_id)
join warehouse.nothing_like_it using (order_id)
