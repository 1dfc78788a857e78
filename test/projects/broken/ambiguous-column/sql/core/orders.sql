select person_id, amount
from raw.orders
join raw.people on orders.person_id = people.person_id
