/*
description: Monetary value of the scored customers is their net sales of the window, counted afresh from the lines.
severity: error
*/
with
  lines as (
    select sum(l.net_sales) as net_sales
    from core.lines as l
    where l.purchased_on > as_of() - cast(param('rfm_window_days') as integer)
      and l.customer_id in (select customer_id from rfm.customers)
  ),
  scored as (
    select sum(net_sales) as net_sales
    from rfm.segments
    where kind = 'all'
  )
select l.net_sales as of_lines, s.net_sales as of_segments
from lines as l, scored as s
where l.net_sales <> s.net_sales
