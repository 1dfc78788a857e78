/*
description: >
  What was planned for each measured stretch. Flows are the sum of their months and null where a month has no target; active
  customers are the target of the last month. The target of the whole firm is the one set for it, else the sum of the markets.
grain: one row a stretch and market with any target
columns:
  from_on: {type: DATE, description: First day of the stretch, tests: [not_null]}
  to_on: {type: DATE, description: Last day of the stretch, tests: [not_null]}
  market: {type: VARCHAR, description: Market or all, tests: [not_null]}
  target_net_sales: {type: 'DECIMAL(18,4)', description: Planned net sales}
  target_contribution: {type: 'DECIMAL(18,4)', description: Planned contribution}
  target_new_customers: {type: 'DECIMAL(18,4)', description: Planned new customers}
  target_active_customers: {type: 'DECIMAL(18,4)', description: Planned active customers on the last day}
tests:
  - unique: [from_on, to_on, market]
*/
with
  set_by_market as (
    select metric, coalesce(market, 'all') as market, month, sum(value) as value
    from staging.targets
    group by metric, coalesce(market, 'all'), month
  ),
  summed as (
    select metric, 'all' as market, month, sum(value) as value
    from set_by_market
    where market <> 'all'
    group by metric, month
  ),
  targets as (
    select * from set_by_market
    union all
    select s.*
    from summed as s
    left join set_by_market as t on t.market = 'all' and t.metric = s.metric and t.month = s.month
    where t.metric is null
  ),
  lengths as (
    select from_on, to_on, count(*) as months
    from summary.spans
    group by from_on, to_on
  ),
  by_metric as (
    select
      s.from_on,
      s.to_on,
      t.market,
      t.metric,
      case
        when t.metric = 'active_customers' then max(t.value) filter (where month_of(s.to_on) = t.month)
        when count(*) = max(l.months) then sum(t.value)
      end as value
    from summary.spans as s
    join lengths as l on l.from_on = s.from_on and l.to_on = s.to_on
    join targets as t on t.month = s.month
    group by s.from_on, s.to_on, t.market, t.metric
  )
select
  from_on,
  to_on,
  market,
  money(max(value) filter (where metric = 'net_sales')) as target_net_sales,
  money(max(value) filter (where metric = 'contribution')) as target_contribution,
  money(max(value) filter (where metric = 'new_customers')) as target_new_customers,
  money(max(value) filter (where metric = 'active_customers')) as target_active_customers
from by_metric
group by from_on, to_on, market
order by from_on, to_on, market
