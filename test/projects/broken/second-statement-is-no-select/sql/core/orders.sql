select order_id from raw.orders;
drop table raw.orders;
