/*
description: >
  How well each model and naive rule told, at the end of stretch 1, who would stay away for the whole of the time held out. Naive rules
  give the share that stayed away in the stretches learnt from: rule_lapse to those lapsed by rule and to the others,
  rule_repeat to those who had bought in the stretch and to the others.
grain: one row a model or rule; none without a model
tags: [whole_firm]
columns:
  model: {type: VARCHAR, description: 'logistic, trees, rule_lapse or rule_repeat', tests: [not_null, unique]}
  is_naive: {type: BOOLEAN, description: A naive rule, tests: [not_null]}
  is_chosen: {type: BOOLEAN, description: The model in use, tests: [not_null]}
  customers: {type: BIGINT, description: Customers judged, tests: [not_null]}
  actual: {type: BIGINT, description: Those who stayed away, tests: [not_null]}
  predicted: {type: DOUBLE, description: How many were expected to, tests: [not_null]}
  log_loss: {type: DOUBLE, description: 'Mean of −ln of the chance given to what happened; the smaller the better', tests: [not_null]}
  brier: {type: DOUBLE, description: Mean squared error of the chance, tests: [not_null]}
  area_under_curve: {type: DOUBLE, description: 'Chance that one who stayed away was held for riskier than one who did not (AUC)', tests: [not_null, {range: {min: 0, max: 1}}]}
*/
with
  fits as (
    select learner, is_chosen from churn.risk_fits where basis = 'calibration'
  ),
  shares as (
    select
      (count(*) filter (where is_lost and is_lapsed) + 0.5) / (count(*) filter (where is_lapsed) + 1) as lapsed,
      (count(*) filter (where is_lost and not is_lapsed) + 0.5) / (count(*) filter (where not is_lapsed) + 1) as not_lapsed,
      (count(*) filter (where is_lost and bought_lately) + 0.5) / (count(*) filter (where bought_lately) + 1) as lately,
      (count(*) filter (where is_lost and not bought_lately) + 0.5) / (count(*) filter (where not bought_lately) + 1) as not_lately
    from churn.examples
    where stretch > 2
  ),
  judged as (
    select s.learner as model, cast(s.risk as double) as chance, p.customers, p.lost
    from churn.risk_scores as s
    join churn.example_patterns as p on p.stretch = 1 and p.pattern = s.pattern
    where s.basis = 'calibration'
    union all
    select 'rule_lapse', cast(case when e.is_lapsed then h.lapsed else h.not_lapsed end as double), count(*), count(*) filter (where e.is_lost)
    from churn.examples as e
    cross join shares as h
    where e.stretch = 1
    group by 2
    union all
    select 'rule_repeat', cast(case when e.bought_lately then h.lately else h.not_lately end as double), count(*), count(*) filter (where e.is_lost)
    from churn.examples as e
    cross join shares as h
    where e.stretch = 1
    group by 2
  ),
  levels as (
    select model, chance, sum(customers) as customers, sum(lost) as lost, sum(customers) - sum(lost) as stayed
    from judged
    group by model, chance
  ),
  ranked as (
    select *, sum(stayed) over (partition by model order by chance) - stayed / 2.0 as stayed_below
    from levels
  ),
  measured as (
    select
      model,
      cast(sum(customers) as bigint) as customers,
      cast(sum(lost) as bigint) as actual,
      fsum(customers * chance) as predicted,
      -fsum(lost * ln(greatest(chance, 1e-12)) + stayed * ln(greatest(1 - chance, 1e-12))) / sum(customers) as log_loss,
      fsum(lost * (1 - chance) ** 2 + stayed * chance ** 2) / sum(customers) as brier,
      cast(sum(lost * stayed_below) as double) / (sum(lost) * sum(stayed)) as area_under_curve
    from ranked
    group by model
  )
select
  m.model,
  m.model like 'rule%' as is_naive,
  coalesce(f.is_chosen, false) as is_chosen,
  m.customers,
  m.actual,
  round(m.predicted, 6) as predicted,
  round(m.log_loss, 9) as log_loss,
  round(m.brier, 9) as brier,
  round(m.area_under_curve, 9) as area_under_curve
from measured as m
left join fits as f on f.learner = m.model
where exists (select 1 from fits)
