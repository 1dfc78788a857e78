/*
description: Monthly costs in yuan, booked when the month is over.
*/
select
  cast(cost_id as varchar) as cost_id,
  case kind
    when 'PRG' then 'programme' when 'CHN' then 'channel' when 'SRV' then 'cost_to_serve' when 'ACQ' then 'acquisition'
  end as kind,
  chan_code as channel_id,
  programme,
  month,
  major_units(amount_fen) as amount
from raw.fin_cost
