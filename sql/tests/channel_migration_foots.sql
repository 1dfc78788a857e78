/*
description: Who moved between channels adds up to the known buyers of each of the two years, and new ones to the new customers.
severity: error
*/
with
  moved as (
    select
      coalesce(sum(customers) filter (where from_channel not in ('new', 'silent')), 0) as before,
      coalesce(sum(customers) filter (where to_channel <> 'silent'), 0) as now,
      coalesce(sum(customers) filter (where from_channel = 'new'), 0) as new
    from channels.migration
  ),
  bought as (
    select
      count(distinct customer_id) filter (where pack_year(purchased_on) = 'prior') as before,
      count(distinct customer_id) filter (where pack_year(purchased_on) = 'this') as now,
      count(distinct customer_id) filter (where pack_year(purchased_on) = 'this' and purchase_number = 1) as new
    from core.purchases
  )
select m.*, b.before as bought_before, b.now as bought_now, b.new as bought_new
from moved as m, bought as b
where m.before <> b.before or m.now <> b.now or m.new <> b.new
