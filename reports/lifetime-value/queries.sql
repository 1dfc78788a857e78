-- Lifetime value: where is the value? Historic contribution to date, and the value predicted over the horizon, by customer.

-- name: terms :one
select
  as_of() as as_of,
  max(horizon_months) as horizon_months,
  case when max(horizon_months) % 12 = 0 then max(horizon_months) // 12 end as horizon_years,
  max(requested_horizon_months) as requested_horizon_months,
  max(discount_rate) as discount_rate,
  max(horizon_months) < max(requested_horizon_months) as is_shortened
from ltv.assumptions

-- name: findings
with
totals as (
  select * from ltv.totals where kind = 'all'
),
tiers as (
  select * from ltv.tiers where kind = 'all'
),
best as (
  select measure, cumulative_share from ltv.deciles where kind = 'all' and decile = 2
),
choice as (
  select * from churn.choice
)
select 'total' as code, 1 as rank, null as tone,
  json_object('value', predicted_value, 'lower', predicted_lower, 'upper', predicted_upper, 'level', interval_level,
    'customers', customers, 'months', horizon_months, 'years', case when horizon_months % 12 = 0 then horizon_months // 12 end) as arguments
from totals
where predicted_value is not null and predicted_lower is not null
union all
select 'historic_only', 1, null, json_object('contribution', contribution, 'customers', customers)
from totals
where predicted_value is null
union all
-- Where a model forecasts without knowing who has left, its values are an upper bound: that comes before any number.
select 'no_leaving', 0, 'bad', json_object('kind', kind, 'reason', forecast_reason)
from choice
where forecast_model is not null and forecast_reason is not null
union all
select 'no_forecast', 0, 'bad', json_object('kind', kind, 'reason', forecast_reason)
from choice
where forecast_model is null
union all
select 'collapsed', 3, null,
  json_object('kind', kind, 'models', string_split(collapsed_models, ', '), 'used', forecast_model)
from choice
where collapsed_models is not null and forecast_model is not null and forecast_reason is null
union all
-- Bias beyond a tenth on the period held out.
select case when e.bias_share < 0 then 'too_low' else 'too_high' end, 2, 'bad',
  json_object('kind', c.kind, 'model', c.forecast_model, 'bias', abs(e.bias_share), 'actual', e.actual, 'predicted', e.predicted)
from choice as c
join churn.evidence as e on e.kind = c.kind and e.model = c.forecast_model
where abs(e.bias_share) > 0.1
union all
select 'assumed_cost', 4, 'bad', json_object('kind', kind, 'share', assumed_cost_share, 'margin', default_margin)
from ltv.assumptions
where assumed_cost_share > 0.05
union all
select 'not_better', 2, 'bad', json_object('kind', kind, 'model', forecast_model)
from choice
where forecast_model is not null and not beats_naive
union all
select case b.measure when 'predicted_value' then 'concentrated' else 'concentrated_historic' end, 4, null,
  json_object('share', b.cumulative_share)
from best as b, totals as t
where b.cumulative_share > 0.2 and b.measure = case when t.predicted_value is null then 'contribution' else 'predicted_value' end
union all
select 'most_growable', 5, 'good', json_object('customers', count(*), 'gap', sum(growth_gap))
from ltv.customers
where tier = 'MGC'
having count(*) > 0
union all
-- A tenth off in a year is worth a warning; less is the proof that the values can be used. By kind: errors can cancel in the whole.
select case when abs(bias_share) <= 0.1 then 'held' when bias_share < 0 then 'value_too_low' else 'value_too_high' end, 3,
  case when abs(bias_share) <= 0.1 then 'good' else 'bad' end,
  json_object('kind', kind, 'predicted', predicted, 'actual', actual, 'bias', abs(bias_share), 'customers', customers)
from ltv.back_test
where kind <> 'all' and decile = 0 and bias_share is not null
union all
select 'below_zero', 6, 'bad', json_object('customers', customers, 'loss', -coalesce(predicted_value, contribution), 'contribution', contribution)
from tiers
where tier = 'BZ'
  -- A thousandth of all value is not worth a sentence.
  and -coalesce(predicted_value, contribution) > (select 0.001 * coalesce(predicted_value, contribution) from totals)
union all
select case when value_to_cost >= 1 then 'pays_back' else 'costs_more' end, 7,
  case when value_to_cost >= 1 then 'good' else 'bad' end,
  json_object('ratio', value_to_cost, 'cost', acquisition_cost, 'customers', customers_with_acquisition_cost)
from totals
where value_to_cost is not null

-- name: kpis
select * from (
  select 1 as position, 'predicted_value' as code, 'money' as unit, predicted_value::double as value from ltv.totals where kind = 'all'
  union all
  select 2, 'predicted_mean', 'money', predicted_value / nullif(customers, 0) from ltv.totals where kind = 'all'
  union all
  select 3, 'contribution', 'money', contribution from ltv.totals where kind = 'all'
  union all
  select 4, 'value_to_cost', 'number', value_to_cost from ltv.totals where kind = 'all'
)
order by position

-- name: histogram
select bin, from_value, to_value, mvc, mgc, core, bz
from ltv.histogram
where kind = 'all'
order by bin

-- name: tiers
select tier, customers, share, net_sales, contribution, contribution_share,
  predicted_value, predicted_share, mean_predicted_value, false as is_total, position
from ltv.tiers
where kind = 'all' and customers > 0
order by position

-- name: curve
select decile / 10.0 as customers_share, cumulative_share, decile in (1, 2, 5) as is_marked
from ltv.deciles
where kind = 'all'
  and measure = case when (select predicted_value from ltv.totals where kind = 'all') is null then 'contribution' else 'predicted_value' end
order by decile

-- name: deciles
select decile, amount, share, lowest
from ltv.deciles
where kind = 'all'
  and measure = case when (select predicted_value from ltv.totals where kind = 'all') is null then 'contribution' else 'predicted_value' end
order by decile

-- name: kinds
select kind, customers, contribution, predicted_value, predicted_lower, predicted_upper, acquisition_cost, value_to_cost
from ltv.totals
where kind <> 'all' and customers > 0
order by customers desc, kind

-- name: acquisition
select channel_kind, sum(customers) as customers, sum(customers_with_cost) as customers_with_cost,
  sum(acquisition_cost) / nullif(sum(customers_with_cost), 0) as mean_cost,
  sum(mean_contribution * customers) / nullif(sum(customers), 0) as mean_contribution,
  sum(mean_predicted_value * customers) / nullif(sum(customers), 0) as mean_predicted_value
from ltv.acquisition
group by channel_kind
having sum(customers_with_cost) > 0
order by mean_predicted_value desc nulls last, channel_kind

-- name: calibration_persons
select frequency_group, predicted_mean, actual_mean, customers
from churn.calibration
where kind = 'person' and model = (select forecast_model from churn.choice where kind = 'person') and customers > 0
order by position

-- name: calibration_organisations
select frequency_group, predicted_mean, actual_mean, customers
from churn.calibration
where kind = 'organisation' and model = (select forecast_model from churn.choice where kind = 'organisation') and customers > 0
order by position

-- name: evidence_persons
select e.model, e.actual, e.predicted, e.bias_share, e.mean_absolute_error, e.root_mean_squared_error, e.rank_correlation,
  e.model = c.forecast_model as is_chosen
from churn.evidence as e
join churn.choice as c on c.kind = e.kind
where e.kind = 'person'
order by e.is_naive, e.root_mean_squared_error, e.model

-- name: evidence_organisations
select e.model, e.actual, e.predicted, e.bias_share, e.mean_absolute_error, e.root_mean_squared_error, e.rank_correlation,
  e.model = c.forecast_model as is_chosen
from churn.evidence as e
join churn.choice as c on c.kind = e.kind
where e.kind = 'organisation'
order by e.is_naive, e.root_mean_squared_error, e.model

-- name: assumptions
select a.kind, a.forecast_model, a.spend_model, a.margin_rate, a.assumed_cost_share, a.spend_frequency_correlation,
  c.calibration_end, c.holdout_end
from ltv.assumptions as a
left join churn.choice as c on c.kind = a.kind
order by a.kind desc

-- name: quarters
select ceil(month / 3)::integer as quarter, sum(value) as value
from ltv.months
group by quarter
order by quarter

-- name: channel_effects
with
  judged as (
    select distinct kind, error_apart / nullif(error_together, 0) - 1 as error_change
    from churn.channel_fits
  )
select
  e.kind, e.channel_kind, e.customers, e.rate, e.rate_low, e.rate_high, e.leaving, e.leaving_low, e.leaving_high, j.error_change
from ltv.channel_effects as e
left join judged as j on j.kind = e.kind
where e.supported
order by e.kind desc, e.customers desc, e.channel_kind

-- name: back_test
select decile, customers, expected_purchases, purchases, predicted, actual, predicted - actual as difference, false as is_total
from ltv.back_test
where kind = 'all' and decile > 0
union all
select null, customers, expected_purchases, purchases, predicted, actual, predicted - actual, true
from ltv.back_test
where kind = 'all' and decile = 0
order by is_total, decile

-- name: contracts
select customer_class, at_risk, ended, retention, margin_year, value_with_first, value_ahead
from ltv.contracts
where retention is not null
order by customer_class
