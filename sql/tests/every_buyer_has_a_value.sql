/*
description: Every buyer is in ltv.customers once, with the same contribution, and the tiers and totals add up to them.
severity: error
*/
with
  compared as (
    select coalesce(c.customer_id, l.customer_id) as customer_id
    from (select customer_id, contribution from core.customers where purchases > 0) as c
    full join ltv.customers as l on l.customer_id = c.customer_id
    where c.customer_id is null or l.customer_id is null or c.contribution <> l.contribution
  ),
  sums as (
    select
      (select count(*) from ltv.customers) as customers,
      (select coalesce(sum(customers), 0) from ltv.tiers where kind = 'all') as in_tiers,
      (select coalesce(sum(customers), 0) from ltv.totals where kind = 'all') as in_totals,
      (select coalesce(sum(predicted_value), 0) from ltv.customers) as predicted,
      (select coalesce(sum(predicted_value), 0) from ltv.tiers where kind = 'all') as predicted_in_tiers
  )
select 'a customer differs' as fault, customer_id
from compared
union all
select 'tiers or totals do not add up', null
from sums
where customers <> in_tiers or customers <> in_totals or predicted <> predicted_in_tiers
