/*
description: Sales, orders and active customers of the markets, and of the kinds of customer, add up to all, in every measured stretch.
severity: error
*/
with
  sums as (
    select
      from_on,
      to_on,
      dimension,
      sum(net_sales) as net_sales,
      sum(contribution) as contribution,
      sum(orders) as orders,
      sum(active_customers) as active_customers
    from summary.measures
    group by from_on, to_on, dimension
  )
select s.from_on, s.to_on, s.dimension, s.net_sales, a.net_sales as net_sales_of_all
from sums as s
join sums as a on a.from_on = s.from_on and a.to_on = s.to_on and a.dimension = 'all'
where
  s.net_sales <> a.net_sales
  or s.orders <> a.orders
  or (s.dimension in ('market', 'kind') and s.contribution <> a.contribution)
  or (s.dimension in ('market', 'kind') and s.active_customers <> a.active_customers)
