/*
description: Every line of an order that was not cancelled, up to the as-of day, is in core.lines once and at its own amount.
severity: error
*/
with
  booked as (
    select l.line_id, l.net_amount
    from staging.order_lines as l
    join staging.orders as o on o.order_id = l.order_id
    where o.status = 'completed' and cast(o.ordered_at as date) <= as_of()
  )
select coalesce(b.line_id, l.line_id) as line_id, b.net_amount as delivered, l.net_amount as kept
from booked as b
full join core.lines as l on l.line_id = b.line_id
where b.line_id is null or l.line_id is null or b.net_amount <> l.net_amount
