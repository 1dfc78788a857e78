-- makes the table
create table core.orders as select * from raw.orders
