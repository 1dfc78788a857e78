/*
description: The plan by month, in yuan where it is money; by market, and for the firm where market is null.
*/
select
  cast(target_id as varchar) as target_id,
  case metric
    when 'NS' then 'net_sales' when 'AC' then 'active_customers' when 'NC' then 'new_customers'
    when 'CB' then 'contribution' when 'NPS' then 'nps'
  end as metric,
  market,
  month,
  cast(value as decimal(18, 4)) as value
from raw.fin_target
