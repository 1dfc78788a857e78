/*
description: Every buyer began once, and every buyer whose first year is over stands under one category, one subcategory and one product.
severity: error
*/
with
  begun as (
    select kind, count(*) as buyers, count(*) filter (where is_whole) as whole
    from loyalty.starts
    group by kind
  ),
  bought as (
    select kind, count(*) as buyers
    from core.customers
    where purchases > 0
    group by kind
  ),
  levels as (
    select kind, level, sum(customers) as customers
    from products.starts
    group by kind, level
  )
select coalesce(b.kind, c.kind) as kind, l.level, b.whole, l.customers
from begun as b
full join bought as c on c.kind = b.kind
left join levels as l on l.kind = b.kind
where b.buyers is distinct from c.buyers or coalesce(l.customers, 0) <> b.whole
