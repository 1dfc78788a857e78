/*
description: >
  Every order is credited once, and the campaigns' attributed orders and margin are those of the credits: none is lost, none
  is counted for two.
severity: error
*/
with
  credited as (
    select count(*) as orders, count(distinct order_id) as distinct_orders, coalesce(sum(trading_margin), 0) as margin
    from campaigns.credits
    where campaign_id in (select campaign_id from campaigns.results)
  ),
  reported as (
    select coalesce(sum(attributed_orders), 0) as orders, coalesce(sum(attributed_margin), 0) as margin
    from campaigns.results
  )
select *
from credited as c, reported as r
where c.orders <> c.distinct_orders or c.orders <> r.orders or c.margin <> r.margin
