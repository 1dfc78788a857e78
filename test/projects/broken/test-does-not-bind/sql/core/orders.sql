/*
columns:
  order_id: {type: VARCHAR, tests: [not_null]}
  amount: {type: 'DECIMAL(18,4)'}
tests:
  - expression: amount >= 0
  - expression: amuont >= 0
    name: never_negative
  - expression: >
      amount >= 0
      and summ(amount) > 0
*/
select order_id, amount from raw.orders
