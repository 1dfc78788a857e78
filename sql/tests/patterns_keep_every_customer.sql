/*
description: The patterns stand for every buyer once, and for every purchase day.
severity: error
*/
with
  patterns as (
    select sum(customers) as customers, sum(customers * (x + 1)) as purchases
    from churn.patterns
    where basis = 'full'
  ),
  purchases as (
    select count(distinct customer_id) as customers, count(*) as purchases
    from core.purchases
  )
select p.customers, q.customers as buyers, p.purchases, q.purchases as purchase_days
from patterns as p, purchases as q
where coalesce(p.customers, 0) <> q.customers or coalesce(p.purchases, 0) <> q.purchases
