/*
description: 'The customers behind each action of campaigns.actions that has an audience.'
grain: one row an action and customer
columns:
  action: {type: VARCHAR, description: Action, tests: [not_null, {accepted_values: [send_next, rest]}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
tests:
  - unique: [action, customer_id]
*/
select 'send_next' as action, customer_id
from campaigns.next_targets
union all
select 'rest', customer_id
from contacts.customers
where is_over_contacted
