/*
description: 'The customers behind each action on cohorts. second_order: bought once, at most so many days ago as one lapses in, and has not left.'
grain: one row an action and customer
columns:
  action: {type: VARCHAR, description: Action, tests: [not_null, {accepted_values: [second_order]}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  days_waiting: {type: BIGINT, description: Days since the first purchase, tests: [not_null]}
tests:
  - unique: [action, customer_id]
*/
select 'second_order' as action, customer_id, silent_days as days_waiting
from churn.customers
where is_one_time and state in ('active', 'at_risk')
