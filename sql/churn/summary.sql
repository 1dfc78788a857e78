/*
description: >
  The base at the as-of day by both views: how many are active, at risk, lapsed or gone by rule, and how many are expected to be
  alive by the purchase model, over those it speaks for.
grain: 'one row a kind of customer and market, with all for either'
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer or all, tests: [not_null]}
  buyers: {type: BIGINT, description: Customers who ever bought, tests: [not_null]}
  active: {type: BIGINT, description: 'Active by rule, those at risk among them', tests: [not_null]}
  at_risk: {type: BIGINT, description: Active and silent for longer than at_risk_days, tests: [not_null]}
  lapsed: {type: BIGINT, description: Silent for longer than lapse_days, tests: [not_null]}
  left_customers: {type: BIGINT, description: 'Left, closed or erased', tests: [not_null]}
  one_time_buyers: {type: BIGINT, description: Customers with one purchase day, tests: [not_null]}
  lapsed_share: {type: DOUBLE, description: lapsed / buyers}
  with_p_alive: {type: BIGINT, description: Customers with a P(alive), tests: [not_null]}
  mean_p_alive: {type: DOUBLE, description: Mean P(alive) of these; null without any}
  expected_alive: {type: 'DECIMAL(18,4)', description: Sum of P(alive); null without any}
  expected_purchases_12m: {type: 'DECIMAL(18,4)', description: Purchase days expected in twelve months; null without a forecast}
tests:
  - unique: [kind, market]
  - expression: buyers = active + lapsed + left_customers
*/
select
  case when grouping(kind) = 1 then 'all' else kind end as kind,
  case when grouping(market) = 1 then 'all' else market end as market,
  count(*) as buyers,
  count(*) filter (where state in ('active', 'at_risk')) as active,
  count(*) filter (where state = 'at_risk') as at_risk,
  count(*) filter (where state = 'lapsed') as lapsed,
  count(*) filter (where state = 'left') as left_customers,
  count(*) filter (where is_one_time) as one_time_buyers,
  ratio(count(*) filter (where state = 'lapsed'), count(*)) as lapsed_share,
  count(p_alive) as with_p_alive,
  avg(p_alive) as mean_p_alive,
  money(sum(p_alive)) as expected_alive,
  money(sum(expected_purchases_12m)) as expected_purchases_12m
from churn.customers
group by grouping sets ((kind, market), (kind), (market), ())
having count(*) > 0
order by 1, 2
