/*
description: Sales, trading margin and orders of all channels are those of the books, in each year, and month by month; and every cost that names a channel is charged.
severity: error
*/
with
  channels as (
    select
      year, sum(net_sales) as net_sales, sum(trading_margin) as trading_margin, sum(orders) as orders,
      sum(channel_cost + serving_cost + acquisition_cost) as cost
    from channels.results
    group by year
  ),
  books as (
    select pack_year(month) as year, sum(net_sales) as net_sales, sum(trading_margin) as trading_margin, sum(orders) as orders
    from core.months
    group by all
  ),
  months as (
    select pack_year(month) as year, sum(net_sales) as net_sales
    from channels.months
    group by all
  ),
  costs as (
    select pack_year(month) as year, sum(amount) as cost
    from staging.costs
    where channel_id is not null and kind <> 'programme'
    group by all
  )
select b.year, b.net_sales as booked, c.net_sales, m.net_sales as by_month
from books as b
left join channels as c on c.year = b.year
left join months as m on m.year = b.year
left join costs as k on k.year = b.year
where b.year is not null
  and (c.year is null or m.year is null or b.net_sales <> m.net_sales or b.net_sales <> c.net_sales or b.trading_margin <> c.trading_margin or b.orders <> c.orders or coalesce(k.cost, 0) <> c.cost)
