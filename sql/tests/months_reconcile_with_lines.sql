/*
description: The months add up to the lines and documents, measure by measure.
severity: error
*/
with
  months as (
    select
      sum(net_sales) as net_sales, sum(gross_sales) as gross_sales, sum(returned) as returned,
      sum(cost_of_goods) as cost_of_goods, sum(shipping) as shipping, sum(fulfilment) as fulfilment,
      sum(service_cost + contact_cost + prospect_contact_cost) as costs, sum(orders) as orders
    from core.months
  ),
  lines as (
    select
      sum(net_sales) as net_sales, sum(gross_sales) as gross_sales, sum(returned) as returned, sum(cost_of_goods) as cost_of_goods
    from core.lines
  ),
  documents as (
    select sum(shipping) as shipping, sum(fulfilment) as fulfilment, count(*) filter (where is_purchase) as orders
    from core.documents
  ),
  costs as (
    select coalesce(sum(amount), 0) as costs
    from core.customer_costs
  )
select m.*
from months as m, lines as l, documents as d, costs as c
where
  m.net_sales <> l.net_sales or m.gross_sales <> l.gross_sales or m.returned <> l.returned
  or m.cost_of_goods <> l.cost_of_goods or m.shipping <> d.shipping or m.fulfilment <> d.fulfilment
  or m.orders <> d.orders or m.costs <> c.costs
