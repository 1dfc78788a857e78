/*
description: 订单
*/
select
  '收货' as label, o.amuont as amount
from raw.orders as o
