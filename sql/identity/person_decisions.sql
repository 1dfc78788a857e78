/*
description: 'Pairs of person records that somebody has decided on: always obeyed. The latest decision on a pair counts.'
grain: one row a pair
columns:
  left_id: {type: VARCHAR, description: One record, tests: [not_null]}
  right_id: {type: VARCHAR, description: The other record, tests: [not_null]}
  decision: {type: VARCHAR, description: same or different, tests: [{accepted_values: [same, different]}]}
tests:
  - unique: [left_id, right_id]
*/
select
  least(left_id, right_id) as left_id,
  greatest(left_id, right_id) as right_id,
  arg_max(decision, (decided_on, decision)) as decision
from staging.match_decisions
where record_kind = 'person' and left_id <> right_id
group by least(left_id, right_id), greatest(left_id, right_id)
