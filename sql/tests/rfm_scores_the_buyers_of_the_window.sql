/*
description: Every customer with a purchase in the window is scored, and nobody else.
severity: error
*/
with
  buyers as (
    select distinct customer_id
    from core.purchases
    where purchased_on > as_of() - cast(param('rfm_window_days') as integer)
  )
select coalesce(b.customer_id, c.customer_id) as customer_id
from buyers as b
full join rfm.customers as c on c.customer_id = b.customer_id
where b.customer_id is null or c.customer_id is null
