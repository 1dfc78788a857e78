/*
description: The bank's rates on weekdays, in yuan.
*/
select
  rate_date,
  ccy as from_currency,
  'CNY' as to_currency,
  cast(cny_per_unit as decimal(18, 8)) as rate
from raw.fin_fx
