select o.person_id, p.person_id, amount
from raw.orders as o
join raw.people as p using (person_id)
