/*
columns:
  amount: {tests: [{range: {min: 100, max: 0}}]}
tests:
  - row_count: {min: 10, max: 1}
*/
select amount from raw.orders
