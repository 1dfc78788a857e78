/*
description: >
  What the purchase models know of each customer: repeat purchase days, and days from the first purchase to the last and to the
  end of observation. The first purchase starts the clock. Calibration ends holdout_days before the as-of day; year_ago, 365 days
  before it, is for the back-test of values.
grain: one row a basis and customer who had bought by the end of it
columns:
  basis: {type: VARCHAR, description: 'calibration, year_ago or full', tests: [not_null, {accepted_values: [calibration, year_ago, full]}]}
  ends_on: {type: DATE, description: Last day observed, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  x: {type: BIGINT, description: Repeat purchase days, tests: [not_null, {range: {min: 0}}]}
  t_x: {type: BIGINT, description: Days from the first purchase to the last, tests: [not_null, {range: {min: 0}}]}
  age: {type: BIGINT, description: Days from the first purchase to the end, tests: [not_null]}
  log_gaps: {type: 'DECIMAL(18,9)', description: 'Sum of the natural logarithms of the gaps in days, for models of regular timing', tests: [not_null]}
  recent_purchases: {type: BIGINT, description: Purchase days in the last holdout_days observed, tests: [not_null]}
  holdout_purchases: {type: BIGINT, description: Purchase days after the end up to the as-of day; null for the other bases}
tests:
  - unique: [basis, customer_id]
  - expression: t_x <= age
*/
with
  ends as (
    select 'full' as basis, as_of() as ends_on
    union all
    select 'calibration', as_of() - cast(param('holdout_days') as integer)
    union all
    select 'year_ago', as_of() - 365
  ),
  observed as (
    select
      e.basis,
      e.ends_on,
      p.customer_id,
      p.kind,
      count(*) filter (where p.purchased_on <= e.ends_on) - 1 as x,
      min(p.purchased_on) as first_on,
      max(p.purchased_on) filter (where p.purchased_on <= e.ends_on) as last_on,
      sum(cast(ln(p.gap_days) as decimal(18, 9))) filter (where p.purchased_on <= e.ends_on) as log_gaps,
      count(*) filter (
        where p.purchased_on <= e.ends_on and p.purchased_on > e.ends_on - cast(param('holdout_days') as integer)
      ) as recent_purchases,
      count(*) filter (where p.purchased_on > e.ends_on) as later_purchases
    from ends as e
    cross join core.purchases as p
    group by e.basis, e.ends_on, p.customer_id, p.kind
  )
select
  basis,
  ends_on,
  customer_id,
  kind,
  x,
  date_diff('day', first_on, last_on) as t_x,
  date_diff('day', first_on, ends_on) as age,
  cast(coalesce(log_gaps, 0) as decimal(18, 9)) as log_gaps,
  recent_purchases,
  case when basis = 'calibration' then later_purchases end as holdout_purchases
from observed
where first_on <= ends_on
