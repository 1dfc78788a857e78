/*
description: Orders: all of them
*/
select order_id from raw.orders
