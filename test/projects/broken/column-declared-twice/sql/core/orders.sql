/*
columns:
  order_id: {type: VARCHAR}
  order_id: {tests: [unique]}
*/
select order_id from raw.orders
