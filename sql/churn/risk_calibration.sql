/*
description: The chosen model on the time held out, by tenth of the risk it gave. Equal risks share a tenth.
grain: one row a tenth
tags: [whole_firm]
columns:
  decile: {type: INTEGER, description: 1 the least risk, tests: [not_null, unique]}
  customers: {type: BIGINT, description: Customers judged, tests: [not_null]}
  predicted_mean: {type: DOUBLE, description: Mean risk, tests: [not_null]}
  actual_mean: {type: DOUBLE, description: Share who stayed away, tests: [not_null]}
*/
with
  judged as (
    select cast(s.risk as double) as risk, sum(p.customers) as customers, sum(p.lost) as lost
    from churn.risk_scores as s
    join churn.risk_fits as f on f.basis = s.basis and f.learner = s.learner and f.is_chosen
    join churn.example_patterns as p on p.stretch = 1 and p.pattern = s.pattern
    where s.basis = 'calibration'
    group by s.risk
  ),
  placed as (
    select *, sum(customers) over (order by risk) - customers / 2.0 as middle, sum(customers) over () as everybody
    from judged
  )
select
  cast(least(10, 1 + floor(10 * middle / everybody)) as integer) as decile,
  cast(sum(customers) as bigint) as customers,
  round(fsum(customers * risk) / sum(customers), 9) as predicted_mean,
  cast(sum(lost) as double) / sum(customers) as actual_mean
from placed
group by decile
order by decile
