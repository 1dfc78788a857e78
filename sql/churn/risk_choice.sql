/*
description: Which model gives the risk of leaving, whether it is better than the naive rules, or why there is none.
grain: one row
tags: [whole_firm]
columns:
  learner: {type: VARCHAR, description: Model in use; null without one, tests: [{accepted_values: [logistic, trees]}]}
  reason: {type: VARCHAR, description: Why there is none; null when there is one}
  beats_naive: {type: BOOLEAN, description: Its loss on the time held out is below that of both naive rules; null without one}
  area_under_curve: {type: DOUBLE, description: On the time held out; null without one}
  naive_area_under_curve: {type: DOUBLE, description: Of the better naive rule}
  horizon_days: {type: INTEGER, description: Days of silence that the risk speaks of, tests: [not_null]}
  examples: {type: BIGINT, description: Examples learnt from in the end, tests: [not_null]}
  judged_from: {type: DATE, description: Day after which the time held out begins, tests: [not_null]}
tests:
  - expression: (learner is null) = (reason is not null)
*/
with
  chosen as (
    select * from churn.risk_evidence where is_chosen
  ),
  naive as (
    select min(log_loss) as log_loss, max(area_under_curve) as area_under_curve from churn.risk_evidence where is_naive
  )
select
  c.model as learner,
  g.reason,
  c.log_loss < n.log_loss as beats_naive,
  c.area_under_curve,
  n.area_under_curve as naive_area_under_curve,
  cast(param('holdout_days') as integer) as horizon_days,
  coalesce((select examples from churn.risk_fits where basis = 'full'), 0) as examples,
  as_of() - cast(param('holdout_days') as integer) as judged_from
from churn.risk_gate as g
cross join naive as n
left join chosen as c on true
