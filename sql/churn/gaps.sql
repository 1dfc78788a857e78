/*
description: >
  How long customers wait between one purchase day and the next, counted. One-time buyers have no gap and are not in it.
grain: one row a kind of customer and length of gap
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  gap_days: {type: BIGINT, description: Days between two successive purchase days, tests: [not_null, {range: {min: 1}}]}
  gaps: {type: BIGINT, description: How often, tests: [not_null, {range: {min: 1}}]}
tests:
  - unique: [kind, gap_days]
*/
select kind, gap_days, count(*) as gaps
from core.purchases
where gap_days is not null
group by kind, gap_days
order by kind, gap_days
