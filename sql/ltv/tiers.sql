/*
description: The tiers with what their customers were worth and are expected to be worth.
grain: 'one row a kind of customer (and all) and tier; all five are there, empty ones too'
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  tier: {type: VARCHAR, description: 'MVC, MGC, core, BZ, or left for who has left', tests: [not_null]}
  position: {type: INTEGER, description: Order to show them in, tests: [not_null]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  share: {type: DOUBLE, description: Share of customers}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales to date}
  contribution: {type: 'DECIMAL(18,4)', description: Historic contribution to date}
  contribution_share: {type: DOUBLE, description: Share of it}
  predicted_value: {type: 'DECIMAL(18,4)', description: Predicted contribution over the horizon; null without a forecast}
  predicted_share: {type: DOUBLE, description: Share of it}
  mean_predicted_value: {type: DOUBLE, description: Predicted value of a customer; null when empty}
  growth_gap: {type: 'DECIMAL(18,4)', description: Sum of the gaps to the peers' 75th percentile}
  acquisition_cost: {type: 'DECIMAL(18,4)', description: Known acquisition cost}
tests:
  - unique: [kind, tier]
*/
with
  sums as (
    select
      case when grouping(kind) = 1 then 'all' else kind end as kind,
      tier,
      count(*) as customers,
      sum(net_sales) as net_sales,
      sum(contribution) as contribution,
      sum(predicted_value) as predicted_value,
      avg(predicted_value) as mean_predicted_value,
      sum(growth_gap) as growth_gap,
      sum(acquisition_cost) as acquisition_cost
    from ltv.customers
    group by grouping sets ((kind, tier), (tier))
  ),
  kinds as (
    select distinct kind
    from sums
  ),
  tiers (tier, position) as (
    values ('MVC', 1), ('MGC', 2), ('core', 3), ('BZ', 4), ('left', 5)
  )
select
  k.kind,
  t.tier,
  t.position,
  coalesce(s.customers, 0) as customers,
  ratio(coalesce(s.customers, 0), sum(s.customers) over (partition by k.kind)) as share,
  money(coalesce(s.net_sales, 0)) as net_sales,
  money(coalesce(s.contribution, 0)) as contribution,
  ratio(coalesce(s.contribution, 0), sum(s.contribution) over (partition by k.kind)) as contribution_share,
  money(case when s.customers is null then 0 else s.predicted_value end) as predicted_value,
  ratio(s.predicted_value, sum(s.predicted_value) over (partition by k.kind)) as predicted_share,
  s.mean_predicted_value,
  money(coalesce(s.growth_gap, 0)) as growth_gap,
  money(s.acquisition_cost) as acquisition_cost
from kinds as k
cross join tiers as t
left join sums as s on s.kind = k.kind and s.tier = t.tier
order by k.kind, t.position
