/*
description: >
  What the active base is made of, now and 365 days before: by kind of customer, market, channel of the first order and time as a
  customer. Under stage everybody on record is counted, each in one stage.
grain: one row a dimension and member
columns:
  dimension: {type: VARCHAR, description: What the members are, tests: [not_null, {accepted_values: [all, kind, market, channel_kind, tenure, stage]}]}
  member: {type: VARCHAR, description: 'Member, all for the whole', tests: [not_null]}
  customers: {type: BIGINT, description: 'Active customers; under stage everybody in it', tests: [not_null]}
  customers_before: {type: BIGINT, description: The same 365 days before; null where the books do not reach back}
  share: {type: DOUBLE, description: Share of the dimension}
  share_before: {type: DOUBLE, description: The same 365 days before}
  net_sales: {type: 'DECIMAL(18,4)', description: Their net sales of the 365 days, tests: [not_null]}
  contribution: {type: 'DECIMAL(18,4)', description: Their contribution of the 365 days, tests: [not_null]}
  contribution_before: {type: 'DECIMAL(18,4)', description: 'Of who was in it then, in the 365 days before that; null likewise'}
tests:
  - unique: [dimension, member]
*/
with
  everybody as (
    select snapshot, is_active, kind, market, channel_kind, tenure, stage, net_sales, contribution
    from base.customers
  ),
  counted as (
    select snapshot, 'stage' as dimension, stage as member, count(*) as customers, sum(net_sales) as net_sales, sum(contribution) as contribution
    from everybody
    group by snapshot, stage
    union all
    select
      snapshot,
      case
        when grouping(kind) = 0 then 'kind'
        when grouping(market) = 0 then 'market'
        when grouping(channel_kind) = 0 then 'channel_kind'
        when grouping(tenure) = 0 then 'tenure'
        else 'all'
      end,
      coalesce(kind, market, channel_kind, tenure, 'all'),
      count(*), sum(net_sales), sum(contribution)
    from everybody
    where is_active
    group by grouping sets ((snapshot), (snapshot, kind), (snapshot, market), (snapshot, channel_kind), (snapshot, tenure))
  ),
  beside as (
    select
      dimension,
      member,
      cast(coalesce(sum(customers) filter (where snapshot = 'this'), 0) as bigint) as customers,
      cast(case when exists (from counted where snapshot = 'year_before') then coalesce(sum(customers) filter (where snapshot = 'year_before'), 0) end as bigint) as customers_before,
      money(coalesce(sum(net_sales) filter (where snapshot = 'this'), 0)) as net_sales,
      money(coalesce(sum(contribution) filter (where snapshot = 'this'), 0)) as contribution,
      money(case when exists (from counted where snapshot = 'year_before') then coalesce(sum(contribution) filter (where snapshot = 'year_before'), 0) end) as contribution_before
    from counted
    group by dimension, member
  )
select
  dimension,
  member,
  customers,
  customers_before,
  ratio(customers, sum(customers) over (partition by dimension)) as share,
  ratio(customers_before, sum(customers_before) over (partition by dimension)) as share_before,
  net_sales,
  contribution,
  contribution_before
from beside
order by dimension, member
