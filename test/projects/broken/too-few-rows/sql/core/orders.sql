/*
tests:
  - row_count: {min: 10}
*/
select order_id from raw.orders
