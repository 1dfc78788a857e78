/*
description: >
  How much of the contribution of a year the best customers bring: buyers of the 365 days up to each snapshot, best first, in
  hundredths. The first ten are the top decile. Customers who cost more than they bring let the sum pass one before it ends at one.
grain: one row a snapshot, kind of customer (all among them) and hundredth that holds anybody
columns:
  snapshot: {type: VARCHAR, description: 'this or year_before', tests: [not_null]}
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  hundredth: {type: INTEGER, description: 1 the best, tests: [not_null, {range: {min: 1, max: 100}}]}
  customers: {type: BIGINT, description: Customers in it, tests: [not_null]}
  contribution: {type: 'DECIMAL(18,4)', description: What they brought, tests: [not_null]}
  customer_share: {type: DOUBLE, description: Share of customers up to and with it}
  contribution_share: {type: DOUBLE, description: 'Share of contribution up to and with it; null where the whole is not above zero'}
  rank_sum: {type: 'DECIMAL(38,4)', description: 'Σ rank × contribution, the least first and those below zero as zero: what Gini is made of', tests: [not_null]}
  floored: {type: 'DECIMAL(18,4)', description: 'Contribution, those below zero as zero', tests: [not_null]}
tests:
  - unique: [snapshot, kind, hundredth]
*/
with
  buyers as (
    select snapshot, kind, customer_id, contribution
    from base.customers
    where last_on > scored_on - 365
    union all
    select snapshot, 'all', customer_id, contribution
    from base.customers
    where last_on > scored_on - 365
  ),
  ranked as (
    select
      snapshot, kind, contribution,
      row_number() over (partition by snapshot, kind order by contribution desc, customer_id) as place,
      count(*) over (partition by snapshot, kind) as buyers
    from buyers
  ),
  hundredths as (
    select
      snapshot,
      kind,
      cast(ceil(100 * place / buyers) as integer) as hundredth,
      max(place) / any_value(buyers) as customer_share,
      count(*) as customers,
      sum(contribution) as contribution,
      sum(greatest(contribution, 0)) as floored,
      sum(cast(buyers + 1 - place as decimal(18, 0)) * greatest(contribution, 0)) as rank_sum
    from ranked
    group by snapshot, kind, hundredth
  )
select
  snapshot,
  kind,
  hundredth,
  customers,
  money(contribution) as contribution,
  customer_share,
  case when sum(contribution) over (partition by snapshot, kind) > 0 then
    ratio(sum(contribution) over (partition by snapshot, kind order by hundredth), sum(contribution) over (partition by snapshot, kind))
  end as contribution_share,
  cast(rank_sum as decimal(38, 4)) as rank_sum,
  money(floored) as floored
from hundredths
order by snapshot, kind, hundredth
