/*
description: >
  How each purchase model, fitted on the calibration period alone, and two naive rules forecast the holdout period: the whole
  of churn.judgements, with the standing of each model's estimate. Squared error is the judge: it rewards the right mean, where
  the absolute error rewards forecasting zero.
grain: one row a kind of customer and model or rule
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  model: {type: VARCHAR, description: Purchase model or naive rule, tests: [not_null]}
  is_naive: {type: BOOLEAN, description: It is a naive rule, tests: [not_null]}
  is_usable: {type: BOOLEAN, description: 'Converged, and not collapsed, on both bases', tests: [not_null]}
  log_likelihood: {type: DOUBLE, description: 'Of the histories of the calibration period; null for naive rules'}
  boundary: {type: VARCHAR, description: Why it is at the edge of its model; null inside and for naive rules}
  customers: {type: BIGINT, description: Customers forecast, tests: [not_null]}
  actual: {type: BIGINT, description: Purchase days in the holdout period, tests: [not_null]}
  predicted: {type: 'DECIMAL(18,4)', description: The sum of the forecasts, tests: [not_null]}
  bias_share: {type: DOUBLE, description: predicted / actual − 1}
  mean_absolute_error: {type: DOUBLE, description: By customer, tests: [not_null]}
  root_mean_squared_error: {type: DOUBLE, description: By customer, tests: [not_null]}
  rank_correlation: {type: DOUBLE, description: "Spearman's, of forecast and fact; null when all forecasts or all facts are equal"}
tests:
  - unique: [kind, model]
*/
with
  judged as (
    select *
    from churn.judgements
    where grouping = 'all'
  ),
  standing as (
    select
      kind,
      model,
      max(log_likelihood) filter (where basis = 'calibration') as log_likelihood,
      max(boundary) as boundary,
      bool_and(converged and not collapsed) as is_usable
    from churn.fits
    group by kind, model
  )
select
  j.kind,
  j.model,
  s.model is null as is_naive,
  coalesce(s.is_usable, true) as is_usable,
  s.log_likelihood,
  s.boundary,
  j.customers,
  cast(round(j.customers * j.actual_mean) as bigint) as actual,
  money(j.customers * j.predicted_mean) as predicted,
  ratio(j.predicted_mean, j.actual_mean) - 1 as bias_share,
  j.mean_absolute_error,
  j.root_mean_squared_error,
  j.rank_correlation
from judged as j
left join standing as s on s.kind = j.kind and s.model = j.model
order by j.kind, is_naive, j.model
