/*
description: No order is negative
*/
select order_id
from core.orders
where amuont < 0;
