/*
description: What the segments are like, and what they bring.
grain: one row a kind of customer and segment
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  cluster: {type: INTEGER, description: Cluster, tests: [not_null]}
  segment: {type: VARCHAR, description: Name, tests: [not_null]}
  traits: {type: 'VARCHAR[]', description: What sets it apart, tests: [not_null]}
  customers: {type: BIGINT, description: Buyers in it, tests: [not_null]}
  share: {type: DOUBLE, description: Share of the buyers of the kind, tests: [not_null]}
  prior_customers: {type: BIGINT, description: Buyers in it on the prior day, tests: [not_null]}
  median_silent_days: {type: DOUBLE, description: Days since the last purchase}
  mean_purchases: {type: DOUBLE, description: Purchase days}
  mean_spend: {type: DOUBLE, description: 'Gross sales a purchase day, geometric mean'}
  discount_share: {type: DOUBLE, description: Mean share of discount}
  online_share: {type: DOUBLE, description: Mean share of online orders}
  contribution: {type: 'DECIMAL(18,4)', description: Contribution to date, tests: [not_null]}
  mean_risk: {type: DOUBLE, description: Mean risk of leaving; null without one}
tests:
  - unique: [kind, segment]
*/
with
  members as (
    select
      c.kind,
      c.cluster,
      count(*) as customers,
      round(exp(quantile_disc(f.silence, 0.5)) - 1, 0) as median_silent_days,
      cast(sum(v.purchases) as double) / count(*) as mean_purchases,
      exp(cast(sum(cast(f.spend as decimal(18, 6))) as double) / count(*)) - 1 as mean_spend,
      cast(sum(cast(f.discount as decimal(18, 6))) as double) / count(*) as discount_share,
      cast(sum(cast(f.online as decimal(18, 6))) as double) / count(*) as online_share,
      sum(v.contribution) as contribution,
      cast(sum(r.risk) as double) / nullif(count(r.risk), 0) as mean_risk
    from segments.customers as c
    join segments.features as f on f.snapshot = c.snapshot and f.customer_id = c.customer_id
    join core.customers as v on v.customer_id = c.customer_id
    left join churn.risks as r on r.customer_id = c.customer_id
    where c.snapshot = 'this'
    group by c.kind, c.cluster
  ),
  before as (
    select kind, cluster, count(*) as customers
    from segments.customers
    where snapshot = 'prior'
    group by kind, cluster
  )
select
  n.kind,
  n.cluster,
  n.segment,
  n.traits,
  coalesce(m.customers, 0) as customers,
  coalesce(ratio(m.customers, sum(m.customers) over (partition by n.kind)), 0) as share,
  coalesce(b.customers, 0) as prior_customers,
  m.median_silent_days,
  m.mean_purchases,
  m.mean_spend,
  m.discount_share,
  m.online_share,
  money(coalesce(m.contribution, 0)) as contribution,
  m.mean_risk
from segments.names as n
left join members as m on m.kind = n.kind and m.cluster = n.cluster
left join before as b on b.kind = n.kind and b.cluster = n.cluster
