/*
description: The predicted value month by month is the predicted value of the customers.
severity: error
*/
with
  months as (
    select kind, sum(value) as value
    from ltv.months
    group by kind
  )
select t.kind, t.predicted_value, m.value
from ltv.totals as t
left join months as m on m.kind = t.kind
where t.kind <> 'all'
  and t.predicted_value is not null
  -- The customers' are rounded to the fourth place one by one.
  and coalesce(abs(m.value - t.predicted_value) > 0.001 * t.customers + 1e-6 * abs(t.predicted_value), true)
