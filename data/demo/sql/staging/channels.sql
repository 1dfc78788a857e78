/*
description: The firm's eight channels.
*/
select
  chan_code as channel_id,
  name_en as name,
  name_cn as name_zh,
  case kind
    when 1 then 'own_store' when 2 then 'franchise_store' when 3 then 'online' when 4 then 'group_purchase'
    when 5 then 'sales_staff' when 6 then 'wholesale'
  end as kind,
  since as opened_on
from raw.sales_channel
