/*
description: >
  Two views of leaving side by side: silent for longer than the threshold (lapsed), and P(alive) from the chosen purchase model.
  Where P(alive) is not given, p_alive_reason says why.
grain: one row a customer who has bought
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  purchases: {type: BIGINT, description: Purchase days, tests: [not_null]}
  is_one_time: {type: BOOLEAN, description: One purchase day only, tests: [not_null]}
  silent_days: {type: BIGINT, description: Days since the last purchase, tests: [not_null]}
  lapse_days: {type: BIGINT, description: Threshold of the kind of customer}
  state: {type: VARCHAR, description: 'By rule: active, at_risk (active and silent for longer than at_risk_days), lapsed or left', tests: [not_null, {accepted_values: [active, at_risk, lapsed, left]}]}
  is_lapsed: {type: BOOLEAN, description: Silent for longer than the threshold, tests: [not_null]}
  is_at_risk: {type: BOOLEAN, description: 'Silent for longer than at_risk_days, not lapsed and not left', tests: [not_null]}
  has_left: {type: BOOLEAN, description: 'Left, closed or erased and has not bought since', tests: [not_null]}
  p_alive: {type: 'DECIMAL(10,9)', description: Probability of still being a customer, tests: [{range: {min: 0, max: 1}}]}
  p_alive_reason: {type: VARCHAR, description: Why there is none; null when there is one, tests: [{accepted_values: [left, one_time_buyer, too_few_repeat_buyers, no_third_orders, short_history, not_converged, collapsed]}]}
  expected_purchases_12m: {type: 'DECIMAL(18,9)', description: Purchase days expected in twelve months; 0 for who has left; null without a forecast}
  buys_12m: {type: 'DECIMAL(10,9)', description: Probability of at least one purchase day in twelve months; 0 for who has left; null without a forecast, tests: [{range: {min: 0, max: 1}}]}
  purchases_low_12m: {type: INTEGER, description: 'Lower end of the 95 % interval of purchase days in twelve months, by chance alone'}
  purchases_high_12m: {type: INTEGER, description: Upper end of it}
tests:
  - expression: (p_alive is null) = (p_alive_reason is not null)
*/
with
  standing as (
    select
      c.customer_id,
      c.kind,
      c.market,
      c.purchases,
      c.silent_days,
      c.tenure_days,
      t.lapse_days,
      coalesce(c.silent_days > t.lapse_days, false) as is_lapsed,
      coalesce(c.silent_days > t.at_risk_days, false) as is_late,
      coalesce(c.left_on < as_of(), false) as has_left,
      date_diff('day', c.first_purchase_on, c.last_purchase_on) as t_x
    from core.customers as c
    join churn.thresholds as t on t.kind = c.kind
    where c.purchases > 0
  )
select
  n.customer_id,
  n.kind,
  n.market,
  n.purchases,
  n.purchases = 1 as is_one_time,
  n.silent_days,
  n.lapse_days,
  case when n.has_left then 'left' when n.is_lapsed then 'lapsed' when n.is_late then 'at_risk' else 'active' end as state,
  n.is_lapsed,
  n.is_late and not n.is_lapsed and not n.has_left as is_at_risk,
  n.has_left,
  case when not n.has_left then s.p_alive end as p_alive,
  case
    when n.has_left then 'left'
    when s.p_alive is null then coalesce(c.alive_reason, 'one_time_buyer')
  end as p_alive_reason,
  cast(
    case when n.has_left and c.forecast_model is not null then 0 else s.expected_12m end as decimal(18, 9)
  ) as expected_purchases_12m,
  cast(
    case when n.has_left and c.forecast_model is not null then 0 else 1 - s.no_purchase_12m end as decimal(10, 9)
  ) as buys_12m,
  case when n.has_left and c.forecast_model is not null then 0 else s.low_12m end as purchases_low_12m,
  case when n.has_left and c.forecast_model is not null then 0 else s.high_12m end as purchases_high_12m
from standing as n
join churn.choice as c on c.kind = n.kind
left join churn.channels as g on g.customer_id = n.customer_id
-- Few rows: the join with the many scores is then one of equal values.
left join churn.estimates as e on e.kind = n.kind and e.channel in ('all', g.channel)
left join churn.scores as s
  on s.kind = n.kind and s.channel = e.channel and s.x = n.purchases - 1 and s.t_x = n.t_x and s.age = n.tenure_days
