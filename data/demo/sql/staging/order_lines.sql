/*
description: >
  The lines of every order. Returns are negative and name the line they give back; one in twenty does not, because the
  till did not ask.
*/
select
  cast(item_id as varchar) as line_id,
  cast(order_id as varchar) as order_id,
  item_no as product_id,
  qty as quantity,
  major_units(unit_price) as unit_price,
  major_units(disc) as discount,
  major_units(qty * unit_price - disc) as net_amount,
  major_units(unit_cost) as unit_cost,
  cast(ref_item_id as varchar) as returned_line_id
from raw.sales_order_item
