/*
tests:
  - change: {max_drop: 5}
*/
select amount from raw.orders
