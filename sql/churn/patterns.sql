/*
description: >
  The distinct purchase histories and how many customers share each: all that the purchase models are fitted on and scored for.
grain: one row a basis, kind of customer and pattern (x, t_x, age)
columns:
  basis: {type: VARCHAR, description: 'calibration, year_ago or full', tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  x: {type: BIGINT, description: Repeat purchase days, tests: [not_null]}
  t_x: {type: BIGINT, description: Days from the first purchase to the last, tests: [not_null]}
  age: {type: BIGINT, description: Days from the first purchase to the end, tests: [not_null]}
  customers: {type: BIGINT, description: Customers with this pattern, tests: [not_null, {range: {min: 1}}]}
  log_gaps: {type: 'DECIMAL(28,9)', description: Sum of the logarithms of their gaps in days, tests: [not_null]}
tests:
  - unique: [basis, kind, x, t_x, age]
*/
select
  basis, kind, x, t_x, age, count(*) as customers, cast(sum(log_gaps) as decimal(28, 9)) as log_gaps
from churn.histories
group by basis, kind, x, t_x, age
order by basis, kind, x, t_x, age
