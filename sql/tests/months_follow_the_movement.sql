/*
description: New customers of a month are the same counted from orders and from the movement of the base.
severity: error
*/
with
  movement as (
    select month, sum(new_customers) as new_customers
    from churn.movement
    group by month
  )
select k.month, k.new_customers, m.new_customers as of_movement
from summary.monthly_kpis as k
left join movement as m on m.month = k.month
where k.dimension = 'all' and k.new_customers <> coalesce(m.new_customers, 0)
