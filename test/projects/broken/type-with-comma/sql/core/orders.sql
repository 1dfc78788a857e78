/*
columns:
  order_id: {type: VARCHAR}
  amount: {type: DECIMAL(18,4), description: Paid}
*/
select order_id, amount from raw.orders
