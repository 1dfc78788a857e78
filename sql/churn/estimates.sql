/*
description: >
  The estimates that forecasts rest on: those of the chosen model on everything up to the as-of day, for all customers of a kind,
  or, where the holdout is the better for it (churn.channel_fits), for each of its channels.
grain: one row a kind of customer with a forecast and channel
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  channel: {type: VARCHAR, description: 'Channel that won them as in churn.channels; all where they are not told apart', tests: [not_null]}
  model: {type: VARCHAR, description: Purchase model, tests: [not_null]}
  alive_model: {type: VARCHAR, description: Model that P(alive) is published from; null when it is not}
  horizon_months: {type: INTEGER, description: Months that a value is predicted for, tests: [not_null]}
  r: {type: DOUBLE, description: As in churn.fits, tests: [not_null]}
  alpha: {type: DOUBLE, description: 'As in churn.fits, weeks', tests: [not_null]}
  a: {type: DOUBLE, description: As in churn.fits}
  b: {type: DOUBLE, description: As in churn.fits}
  s: {type: DOUBLE, description: As in churn.fits}
  beta: {type: DOUBLE, description: 'As in churn.fits, weeks'}
  log_likelihood: {type: DOUBLE, description: As in churn.fits, tests: [not_null]}
  covariance: {type: VARCHAR, description: As in churn.fits}
tests:
  - unique: [kind, channel]
*/
select
  c.kind,
  coalesce(g.channel, 'all') as channel,
  c.forecast_model as model,
  c.alive_model,
  c.horizon_months,
  coalesce(g.r, f.r) as r,
  coalesce(g.alpha, f.alpha) as alpha,
  coalesce(g.a, f.a) as a,
  coalesce(g.b, f.b) as b,
  coalesce(g.s, f.s) as s,
  coalesce(g.beta, f.beta) as beta,
  coalesce(g.log_likelihood, f.log_likelihood) as log_likelihood,
  case when g.r is not null then g.covariance else f.covariance end as covariance
from churn.choice as c
join churn.fits as f on f.basis = 'full' and f.kind = c.kind and f.model = c.forecast_model
left join churn.channel_fits as g on g.kind = c.kind and g.is_used
order by c.kind, channel
