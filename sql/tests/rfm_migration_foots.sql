/*
description: Customers who moved into a segment are its size now; those who moved out of it, its size then.
severity: error
*/
with
  now as (
    select kind, to_segment as segment, sum(customers) as customers
    from rfm.migration
    group by kind, to_segment
  ),
  before as (
    select kind, from_segment as segment, sum(customers) as customers
    from rfm.migration
    group by kind, from_segment
  )
select s.kind, s.segment, s.customers, n.customers as moved_in, s.prior_customers, b.customers as moved_out
from rfm.segments as s
left join now as n on n.kind = s.kind and n.segment = s.segment
left join before as b on b.kind = s.kind and b.segment = s.segment
where s.customers <> coalesce(n.customers, 0) or s.prior_customers <> coalesce(b.customers, 0)
