/*
description: No order is negative
*/
select order_id, amount
from core.orders
where amount < 0
