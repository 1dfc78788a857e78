/*
description: >
  Who recommends: how many of each group of buyers have recommended somebody, and how many came of it. Groups are the segment
  by recency, frequency and value, and the last answer to the question of recommendation: promoter 9 or 10, passive 7 or 8, detractor 0 to 6.
grain: one row a dimension and group
columns:
  dimension: {type: VARCHAR, description: segment or opinion, tests: [not_null, {accepted_values: [segment, opinion]}]}
  member: {type: VARCHAR, description: 'Segment; or promoter, passive, detractor, silent', tests: [not_null]}
  customers: {type: BIGINT, description: Buyers of the group, tests: [not_null]}
  referrers: {type: BIGINT, description: 'Of these, who recommended somebody', tests: [not_null]}
  referred: {type: BIGINT, description: Customers they recommended, tests: [not_null]}
  share: {type: DOUBLE, description: referrers ÷ customers}
  low: {type: DOUBLE, description: Lower end of its 95 % interval}
  high: {type: DOUBLE, description: Upper end}
tests:
  - unique: [dimension, member]
*/
with
  brought as (
    select referrer_id as customer_id, count(*) as referred
    from loyalty.referrals
    group by referrer_id
  ),
  buyers as (
    select
      unnest(['segment', 'opinion']) as dimension,
      unnest([coalesce(s.segment, 'Outside'), coalesce(o.opinion, 'silent')]) as member,
      b.referred
    from core.customers as c
    left join rfm.customers as s on s.customer_id = c.customer_id
    left join service.opinions as o on o.customer_id = c.customer_id
    left join brought as b on b.customer_id = c.customer_id
    where c.purchases > 0
  )
select
  dimension,
  member,
  count(*) as customers,
  count(referred) as referrers,
  cast(coalesce(sum(referred), 0) as bigint) as referred,
  ratio(count(referred), count(*)) as share,
  wilson_low(count(referred), count(*)) as low,
  wilson_high(count(referred), count(*)) as high
from buyers
group by dimension, member
