/*
description: Causes of those whose last spell has ended, by what says so.
grain: one row a kind of customer (all among them), cause and basis
columns:
  kind: {type: VARCHAR, description: 'Kind of customer, or all', tests: [not_null]}
  cause: {type: VARCHAR, description: 'firm, competitor, customer or unknown', tests: [not_null]}
  basis: {type: VARCHAR, description: 'declared, complaint, survey or none', tests: [not_null]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  left_customers: {type: BIGINT, description: Those who left; the others lapsed, tests: [not_null]}
  share: {type: DOUBLE, description: Share of all of the kind who ended, tests: [not_null]}
tests:
  - unique: [kind, cause, basis]
*/
with
  counted as (
    select coalesce(kind, 'all') as kind, cause, basis, count(*) as customers, count(*) filter (where end_kind = 'left') as left_customers
    from churn.losses
    group by grouping sets ((kind, cause, basis), (cause, basis))
  )
select
  kind, cause, basis, customers, left_customers,
  cast(customers as double) / cast(sum(customers) over (partition by kind) as double) as share
from counted
