/*
description: The closing of the last month is the active base of the churn summary, and all new customers are all buyers.
severity: error
*/
with
  movement as (
    select
      sum(closing) filter (where month = month_of(as_of())) as closing,
      sum(new_customers) as new_customers
    from churn.movement
  ),
  summary as (
    select sum(active) as active, sum(buyers) as buyers
    from churn.summary
    where kind = 'all' and market = 'all'
  )
select m.closing, s.active, m.new_customers, s.buyers
from movement as m, summary as s
where m.closing <> s.active or m.new_customers <> s.buyers
