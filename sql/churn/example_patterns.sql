/*
description: >
  Patterns of churn.examples with how many customers share them and how many of these stayed away: all that the models
  learn from (stretches 2 and more), are judged by (1) and score (0).
grain: one row a stretch and pattern
columns:
  stretch: {type: BIGINT, description: 0 ends on the as-of day, tests: [not_null]}
  pattern: {type: VARCHAR, description: One hexadecimal digit a feature, tests: [not_null]}
  customers: {type: BIGINT, description: Customers with it, tests: [not_null]}
  lost: {type: BIGINT, description: Those who stayed away; null for stretch 0}
tests:
  - unique: [stretch, pattern]
*/
select stretch, pattern, count(*) as customers, case when stretch > 0 then count(*) filter (where is_lost) end as lost
from churn.examples
group by stretch, pattern
