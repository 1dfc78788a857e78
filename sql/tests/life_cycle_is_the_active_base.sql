/*
description: >
  Everybody on record is in one stage of the life cycle, and those in an active one are the closing of the movement, by kind and market.
severity: error
*/
with
  staged as (
    select kind, market, count(*) filter (where is_active) as active, count(*) as everybody
    from base.customers
    where snapshot = 'this'
    group by kind, market
  ),
  known as (
    select kind, market, count(*) as everybody
    from core.customers
    group by kind, market
  ),
  closing as (
    select kind, market, closing
    from churn.movement
    where month = month_of(as_of())
  )
select k.kind, k.market, k.everybody as known, s.everybody, s.active, c.closing
from known as k
left join staged as s on s.kind = k.kind and s.market = k.market
left join closing as c on c.kind = k.kind and c.market = k.market
where s.everybody is distinct from k.everybody or coalesce(s.active, 0) <> coalesce(c.closing, 0)
