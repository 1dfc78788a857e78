/*
columns:
  order_id: {}
  amount: {}
*/
select order_id, amount * 2 from raw.orders
