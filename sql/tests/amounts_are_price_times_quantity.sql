/*
description: The net amount of a line is not quantity × price − discount.
severity: warn
*/
select line_id, quantity, unit_price, discount, net_amount
from staging.order_lines
where abs(quantity * unit_price - coalesce(discount, 0) - net_amount) > 0.01
