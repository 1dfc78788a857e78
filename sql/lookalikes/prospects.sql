/*
description: Net names on lists who are no customers of ours, by their resemblance to buyers. Empty where lookalikes.evidence says why. Whether a name may be contacted is for lists.audience to say.
grain: one row a net name
tags: [whole_firm]
columns:
  list_name_id: {type: VARCHAR, description: Name on a list, tests: [not_null, unique]}
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  score: {type: DOUBLE, description: Resemblance; see lookalikes.scores, tests: [not_null]}
  decile: {type: INTEGER, description: 1 the most like buyers; equal scores together, tests: [not_null]}
*/
select
  person as list_name_id,
  list_id,
  score,
  cast(1 + floor(10 * (rank() over (order by score desc) - 1) / count(*) over ()) as integer) as decile
from lookalikes.scores
where side = 'prospect' and won_on is null and (select reason from lookalikes.evidence) is null
