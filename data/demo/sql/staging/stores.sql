/*
description: Own shops (D…) and franchised ones (F…).
*/
select
  shop_code as store_id,
  chan_code as channel_id,
  name,
  city,
  province as region,
  nation as country,
  opened as opened_on,
  closed as closed_on
from raw.sales_shop
