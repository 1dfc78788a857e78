/*
description: Sales of every month beside those of the month before
grain: one row a month
kind: incremental
incremental: {time: month, interval: month, key: [month], inputs: {core.days: ordered_on}, lookback: 1}
*/
with months as (
  select cast(date_trunc('month', ordered_on) as date) as month, sum(amount) as amount
  from core.days
  group by 1
)
select m.month, m.amount, p.amount as amount_before
from months as m
left join months as p on p.month = m.month - interval 1 month
