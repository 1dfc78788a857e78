/*
description: >
  Forecast against fact in the holdout period, by how often customers had repeated before: the mean of each purchase model,
  of the naive rules and of what happened.
grain: one row a kind of customer, model or rule, and frequency group
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  model: {type: VARCHAR, description: Purchase model or naive rule, tests: [not_null]}
  position: {type: INTEGER, description: 'Repeat purchases in the calibration period, 7 for seven or more', tests: [not_null, {range: {min: 0, max: 7}}]}
  frequency_group: {type: VARCHAR, description: 'The same as a label: 0 to 6 and 7+', tests: [not_null]}
  customers: {type: BIGINT, description: Customers in the group, tests: [not_null]}
  actual_mean: {type: DOUBLE, description: Mean purchase days in the holdout period}
  predicted_mean: {type: DOUBLE, description: Mean forecast}
tests:
  - unique: [kind, model, position]
*/
select
  kind,
  model,
  position,
  case when position = 7 then '7+' else cast(position as varchar) end as frequency_group,
  customers,
  actual_mean,
  predicted_mean
from churn.judgements
where grouping = 'frequency'
order by kind, model, position
