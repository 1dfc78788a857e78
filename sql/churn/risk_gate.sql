/*
description: >
  Whether there is enough to learn from. The models learn from stretches 3 and more, are calibrated on stretch 2 and judged on stretch
  1; then they learn from 2 and more, are calibrated on 1, and score the as-of day. Each of these needs examples of both
  outcomes, no fewer than half of min_repeat_buyers of either.
grain: one row
columns:
  reason: {type: VARCHAR, description: Why no risk is learnt; null when it is, tests: [{accepted_values: [no_buyers, short_history, nobody_lost, everybody_lost, too_few_examples]}]}
  examples: {type: BIGINT, description: Examples of stretches 1 and more, tests: [not_null]}
  lost: {type: BIGINT, description: Of these who stayed away, tests: [not_null]}
  learnt_from: {type: BIGINT, description: Examples of stretches 3 and more, tests: [not_null]}
  judged_by: {type: BIGINT, description: Examples of stretch 1, tests: [not_null]}
*/
with
  parts as (
    select least(stretch, 3) as part, sum(customers) as customers, sum(lost) as lost, sum(customers) - sum(lost) as stayed
    from churn.example_patterns
    where stretch > 0
    group by part
  ),
  totals as (
    select
      count(*) as parts,
      cast(coalesce(sum(customers), 0) as bigint) as examples,
      cast(coalesce(sum(lost), 0) as bigint) as lost,
      cast(coalesce(sum(customers) filter (where part = 3), 0) as bigint) as learnt_from,
      cast(coalesce(sum(customers) filter (where part = 1), 0) as bigint) as judged_by,
      coalesce(min(least(lost, stayed)), 0) as fewest
    from parts
  )
select
  case
    when not exists (select 1 from churn.example_patterns) then 'no_buyers'
    when parts < 3 then 'short_history'
    when lost = 0 then 'nobody_lost'
    when lost = examples then 'everybody_lost'
    when fewest < param('min_repeat_buyers') / 2 then 'too_few_examples'
  end as reason,
  examples,
  lost,
  learnt_from,
  judged_by
from totals
