/*
columns:
  ordered_on: {tests: [{range: {min: '2024-12-31', max: '2024-01-01'}}]}
  amount: {tests: [{range: {min: 100, max: 0}}, {range: {min: '9', max: '10'}, name: within}]}
tests:
  - row_count: {min: 10, max: 1}
*/
select ordered_on, amount from raw.orders
