/*
description: Every order
grain: [order_id]
columns:
  order_id: {type: VARCHAR, tests: [unique, not_null]}
  person_id: {type: VARCHAR, tests: [{relationships: staging.people.person_id}]}
  ordered_on: {type: DATE, tests: [{range: {min: '2020-01-01'}}]}
  currency: {type: VARCHAR, tests: [{accepted_values: [GBP, EUR]}]}
  amount:
    type: DECIMAL(18,4)
    tests:
      - range: {min: 0}
        severity: warn
tests:
  - row_count: {min: 1, max: 100}
*/
-- Nothing after the as-of date counts.
select order_id, person_id, ordered_on, currency, amount
from raw.orders
where ordered_on <= as_of();
