/*
columns:
  order_id: {type: VARCHAR}
  amount:
    description: What was paid
    type: numeric(18, 4)
*/
select order_id, amount * 1.5 as amount from raw.orders
