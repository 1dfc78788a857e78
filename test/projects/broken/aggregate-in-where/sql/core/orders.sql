select person_id
from raw.orders
where sum(amount) > 10
group by person_id
