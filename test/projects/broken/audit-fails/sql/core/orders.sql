/*
columns:
  order_id: {type: VARCHAR, tests: [unique, not_null]}
  person_id: {type: VARCHAR}
  amount:
    type: DECIMAL(18,4)
    tests:
      - range: {min: 0}
        severity: warn
  currency:
    type: VARCHAR
    tests:
      - accepted_values: [GBP, EUR]
*/
select order_id, person_id, amount, currency from raw.orders
