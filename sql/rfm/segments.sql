/*
description: >
  The eleven segments at the as-of day, with their share of customers, sales and margin of the window, and their size migration_days ago.
grain: 'one row a kind of customer (and all) and segment; all eleven are there, empty ones too'
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  segment: {type: VARCHAR, description: Segment, tests: [not_null]}
  position: {type: INTEGER, description: 'Order, best first', tests: [not_null]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  share: {type: DOUBLE, description: Share of customers}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales in the window}
  net_sales_share: {type: DOUBLE, description: Share of net sales}
  margin: {type: 'DECIMAL(18,4)', description: Net sales less cost of goods in the window}
  margin_share: {type: DOUBLE, description: Share of margin}
  mean_recency_days: {type: DOUBLE, description: Mean days since the last purchase; null when empty}
  mean_frequency: {type: DOUBLE, description: Mean purchase days in the window; null when empty}
  mean_monetary: {type: DOUBLE, description: Mean net sales in the window; null when empty}
  prior_customers: {type: BIGINT, description: Customers migration_days ago, tests: [not_null]}
tests:
  - unique: [kind, segment]
*/
with
  scored as (
    select kind, snapshot, segment, recency_days, frequency, monetary, margin
    from rfm.scores
    union all
    select 'all', snapshot, segment, recency_days, frequency, monetary, margin
    from rfm.scores
  ),
  sizes as (
    select
      kind,
      segment,
      count(*) filter (where snapshot = 'this') as customers,
      sum(monetary) filter (where snapshot = 'this') as net_sales,
      sum(margin) filter (where snapshot = 'this') as margin,
      avg(recency_days) filter (where snapshot = 'this') as mean_recency_days,
      avg(frequency) filter (where snapshot = 'this') as mean_frequency,
      avg(monetary) filter (where snapshot = 'this') as mean_monetary,
      count(*) filter (where snapshot = 'prior') as prior_customers
    from scored
    group by kind, segment
  ),
  segments as (
    select distinct segment, position
    from rfm.cells
  ),
  kinds as (
    select distinct kind
    from scored
  ),
  filled as (
    select
      k.kind,
      s.segment,
      s.position,
      coalesce(z.customers, 0) as customers,
      coalesce(z.net_sales, 0) as net_sales,
      coalesce(z.margin, 0) as margin,
      z.mean_recency_days,
      z.mean_frequency,
      z.mean_monetary,
      coalesce(z.prior_customers, 0) as prior_customers
    from kinds as k
    cross join segments as s
    left join sizes as z on z.kind = k.kind and z.segment = s.segment
  )
select
  kind,
  segment,
  position,
  customers,
  ratio(customers, sum(customers) over (partition by kind)) as share,
  money(net_sales) as net_sales,
  ratio(net_sales, sum(net_sales) over (partition by kind)) as net_sales_share,
  money(margin) as margin,
  ratio(margin, sum(margin) over (partition by kind)) as margin_share,
  mean_recency_days,
  mean_frequency,
  mean_monetary,
  prior_customers
from filled
order by kind, position
