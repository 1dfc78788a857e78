/* Orders, one row each */
select order_id from raw.orders
