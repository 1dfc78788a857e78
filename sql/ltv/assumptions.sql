/*
description: >
  Everything a predicted value rests on, by kind of customer: the margin, the cost to serve, the rate and the horizon, the models
  and their parameters. The horizon is never longer than the history.
grain: one row a kind of customer that has bought
tags: [whole_firm]
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null, unique]}
  margin_rate: {type: DOUBLE, description: Trading margin per unit of gross sales, tests: [not_null]}
  credibility_sales: {type: DOUBLE, description: Gross sales at which a customer's own margin rate counts half; null when it never counts}
  assumed_cost_share: {type: DOUBLE, description: Share of gross sales whose cost rests on the default margin}
  default_margin: {type: DOUBLE, description: 'That margin', tests: [not_null]}
  service_cost_per_purchase: {type: 'DECIMAL(18,4)', description: Cost of cases in the last 365 days per purchase day in them, tests: [not_null]}
  cost_to_serve_per_purchase: {type: 'DECIMAL(18,4)', description: 'Cost to serve of the channels in the last twelve whole months, per order and channel, at the mix of channels of this kind of customer', tests: [not_null]}
  discount_rate: {type: DOUBLE, description: Yearly rate, tests: [not_null]}
  horizon_months: {type: INTEGER, description: Months a value is predicted for, tests: [not_null]}
  requested_horizon_months: {type: INTEGER, description: Months asked for, tests: [not_null]}
  forecast_model: {type: VARCHAR, description: Purchase model; null without a forecast}
  forecast_reason: {type: VARCHAR, description: Why there is none or only NBD}
  spend_model: {type: VARCHAR, description: gamma_gamma or mean (a customer's own mean), tests: [not_null, {accepted_values: [gamma_gamma, mean]}]}
  spend_reason: {type: VARCHAR, description: Why the spend model is not used, tests: [{accepted_values: [too_few_repeat_buyers, not_converged, infinite_mean, no_customers]}]}
  p: {type: DOUBLE, description: Parameter of the spend model}
  q: {type: DOUBLE, description: Parameter of the spend model}
  gamma: {type: DOUBLE, description: Parameter of the spend model}
  spend_log_likelihood: {type: DOUBLE, description: Logarithm of its likelihood}
  mean_purchase: {type: DOUBLE, description: Mean gross sales of a purchase day, tests: [not_null]}
  spend_frequency_correlation: {type: DOUBLE, description: 'Correlation over repeat buyers between the logarithms of purchases and of their mean value; the spend model takes it for 0'}
*/
with
  service as (
    select kind, sum(amount) as amount
    from core.customer_costs
    where cost_kind = 'service' and booked_on > as_of() - 365
    group by kind
  ),
  channel_costs as (
    select channel_id, sum(amount) as amount
    from staging.costs
    where kind = 'cost_to_serve'
      and month >= month_shift(last_complete_day(), -11)
      and month <= last_complete_day()
    group by channel_id
  ),
  channel_orders as (
    select channel_id, kind, count(*) as orders
    from core.orders
    where ordered_on >= month_shift(last_complete_day(), -11) and ordered_on <= last_complete_day()
    group by channel_id, kind
  ),
  serving as (
    select o.kind, sum(ratio(c.amount, a.orders) * o.orders) / sum(o.orders) as amount
    from channel_orders as o
    join (select channel_id, sum(orders) as orders from channel_orders group by channel_id) as a on a.channel_id = o.channel_id
    left join channel_costs as c on c.channel_id = o.channel_id
    group by o.kind
  ),
  purchases as (
    select
      kind,
      count(*) filter (where purchased_on > as_of() - 365) as recent_purchases,
      ratio(sum(gross_sales), count(*)) as mean_purchase
    from core.purchases
    group by kind
  ),
  logs as (
    select kind, ln(purchases) as frequency, ln(mean_purchase) as spend, customers
    from ltv.spends
    where basis = 'full' and purchases > 1
  ),
  correlations as (
    select
      kind,
      sum(customers) as n,
      sum(customers * cast(frequency as decimal(18, 9))) as f,
      sum(customers * cast(spend as decimal(18, 9))) as s,
      sum(customers * cast(frequency * frequency as decimal(18, 9))) as ff,
      sum(customers * cast(spend * spend as decimal(18, 9))) as ss,
      sum(customers * cast(frequency * spend as decimal(18, 9))) as fs
    from logs
    group by kind
  ),
  independence as (
    select
      kind,
      (cast(fs as double) - cast(f as double) * cast(s as double) / n)
      / nullif(
        sqrt(
          greatest(0, cast(ff as double) - cast(f as double) * cast(f as double) / n)
          * greatest(0, cast(ss as double) - cast(s as double) * cast(s as double) / n)
        ),
        0
      ) as correlation
    from correlations
  ),
  spending as (
    select
      f.*,
      case
        when t.repeat_buyers < param('min_repeat_buyers') then 'too_few_repeat_buyers'
        when f.boundary in ('infinite_mean', 'no_customers') then f.boundary
        when not f.converged then 'not_converged'
      end as reason
    from ltv.spend_fits as f
    join churn.thresholds as t on t.kind = f.kind
    where f.basis = 'full'
  )
select
  c.kind,
  m.margin_rate,
  m.credibility_sales,
  m.assumed_cost_share,
  param('default_margin') as default_margin,
  money(coalesce(s.amount / nullif(p.recent_purchases, 0), 0)) as service_cost_per_purchase,
  money(coalesce(v.amount, 0)) as cost_to_serve_per_purchase,
  param('discount_rate') as discount_rate,
  c.horizon_months,
  cast(param('horizon_months') as integer) as requested_horizon_months,
  c.forecast_model,
  c.forecast_reason,
  case when g.reason is null then 'gamma_gamma' else 'mean' end as spend_model,
  g.reason as spend_reason,
  case when g.reason is null then g.p end as p,
  case when g.reason is null then g.q end as q,
  case when g.reason is null then g.gamma end as gamma,
  case when g.reason is null then g.log_likelihood end as spend_log_likelihood,
  p.mean_purchase,
  i.correlation as spend_frequency_correlation
from churn.choice as c
join ltv.margins as m on m.kind = c.kind
join purchases as p on p.kind = c.kind
left join service as s on s.kind = c.kind
left join serving as v on v.kind = c.kind
left join spending as g on g.kind = c.kind
left join independence as i on i.kind = c.kind
order by c.kind
