/*
columns:
  order_id: {type: VARCHER}
  amount: {type: money}
*/
select order_id, amount from raw.orders
