select
  person_id,
  currency,
  sum(amount) as amount
from raw.orders
group by person_id
