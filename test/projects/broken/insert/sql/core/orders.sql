insert into core.orders select * from raw.orders
