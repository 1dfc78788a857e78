/*
description: >
  Which purchase model speaks for each kind of customer, or why none does. Of the models that know leaving, converged, did
  not collapse and describe the histories better than NBD (Akaike: two parameters more must gain more than 2 in log-likelihood),
  the one with the smallest squared error on the holdout; of those within 1 % of it, which is no difference, the one with the
  greatest likelihood. When there is none (collapsed), dropout is not identified:
  P(alive) is not published and forecasts come from NBD, which takes every customer for one who stays. Too few repeat buyers,
  too few third purchases or a history shorter than the holdout: no forecast at all.
grain: one row a kind of customer that has bought
tags: [whole_firm]
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null, unique]}
  buyers: {type: BIGINT, description: Customers with a purchase up to the as-of day, tests: [not_null]}
  repeat_buyers: {type: BIGINT, description: Customers of the calibration period with a second purchase in it, tests: [not_null]}
  third_buyers: {type: BIGINT, description: Customers of the calibration period with a third purchase in it, tests: [not_null]}
  history_days: {type: BIGINT, description: Days from the first purchase of all to the as-of day, tests: [not_null]}
  calibration_end: {type: DATE, description: Last day of the calibration period, tests: [not_null]}
  holdout_end: {type: DATE, description: Last day of the holdout period, tests: [not_null]}
  forecast_model: {type: VARCHAR, description: Model that forecasts; null without a forecast}
  forecast_reason: {type: VARCHAR, description: Why there is no forecast or only NBD, tests: [{accepted_values: [too_few_repeat_buyers, no_third_orders, short_history, not_converged, collapsed]}]}
  alive_model: {type: VARCHAR, description: Model that P(alive) is published from; null when it is not}
  alive_reason: {type: VARCHAR, description: Why P(alive) is not published, tests: [{accepted_values: [too_few_repeat_buyers, no_third_orders, short_history, not_converged, collapsed]}]}
  collapsed_models: {type: VARCHAR, description: 'Models whose dropout lies on its boundary, separated by commas; null when none'}
  beats_naive: {type: BOOLEAN, description: Its squared error on the holdout is below that of both naive rules; null without a forecast}
  horizon_months: {type: INTEGER, description: 'Months that a value is predicted for: as asked, and no more than there is history', tests: [not_null, {range: {min: 1}}]}
*/
with
  bases as (
    select
      kind,
      count(*) filter (where basis = 'full') as buyers,
      count(*) filter (where basis = 'calibration' and x >= 1) as repeat_buyers,
      count(*) filter (where basis = 'calibration' and x >= 2) as third_buyers,
      max(age) filter (where basis = 'full') as history_days
    from churn.histories
    group by kind
  ),
  gates as (
    select
      *,
      case
        when history_days < 2 * param('holdout_days') then 'short_history'
        when repeat_buyers < param('min_repeat_buyers') then 'too_few_repeat_buyers'
        when third_buyers < param('min_repeat_buyers') / 2 then 'no_third_orders'
      end as gate
    from bases
  ),
  without_leaving as (
    select kind, log_likelihood
    from churn.evidence
    where model = 'nbd'
  ),
  leaving as (
    select
      e.kind,
      e.model,
      e.log_likelihood,
      e.root_mean_squared_error,
      min(e.root_mean_squared_error) over (partition by e.kind) as smallest_error
    from churn.evidence as e
    join without_leaving as n on n.kind = e.kind
    where e.is_usable and e.log_likelihood > n.log_likelihood + 2
  ),
  ranked as (
    select
      kind,
      model,
      root_mean_squared_error,
      row_number() over (partition by kind order by log_likelihood desc, model) as place
    from leaving
    where root_mean_squared_error <= 1.01 * smallest_error
  ),
  naive as (
    select kind, min(root_mean_squared_error) as root_mean_squared_error
    from churn.evidence
    where is_naive
    group by kind
  ),
  fallback as (
    select kind, root_mean_squared_error
    from churn.evidence
    where model = 'nbd' and is_usable
  ),
  collapsed as (
    select kind, string_agg(model, ', ' order by model) as models
    from churn.evidence
    where boundary in ('no_dropout', 'full_dropout')
    group by kind
  ),
  chosen as (
    select
      g.*,
      case when g.gate is null then r.model end as alive_model,
      case when g.gate is null then coalesce(r.model, case when f.kind is not null then 'nbd' end) end as forecast_model,
      coalesce(g.gate, case when r.model is null then case when f.kind is not null then 'collapsed' else 'not_converged' end end)
        as reason,
      c.models as collapsed_models,
      case when g.gate is null then coalesce(r.root_mean_squared_error, f.root_mean_squared_error) < n.root_mean_squared_error end
        as beats_naive
    from gates as g
    left join ranked as r on r.kind = g.kind and r.place = 1
    left join fallback as f on f.kind = g.kind
    left join naive as n on n.kind = g.kind
    left join collapsed as c on c.kind = g.kind
  )
select
  kind,
  buyers,
  repeat_buyers,
  third_buyers,
  history_days,
  as_of() - cast(param('holdout_days') as integer) as calibration_end,
  as_of() as holdout_end,
  forecast_model,
  reason as forecast_reason,
  alive_model,
  reason as alive_reason,
  collapsed_models,
  beats_naive,
  cast(greatest(1, least(param('horizon_months'), floor(history_days / 30.4375))) as integer) as horizon_months
from chosen
order by kind
