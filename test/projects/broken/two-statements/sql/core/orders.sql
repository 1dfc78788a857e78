select order_id from raw.orders;

select amount from raw.orders;
