/*
description: >
  segments.features by their distance from the mean of the kind of customer, in standard deviations of the as-of day, three at most; a
  feature that is the same for everybody is 0. The prior snapshot is held to the same means, so that who moves has changed.
grain: one row a snapshot and customer
columns:
  snapshot: {type: VARCHAR, description: this or prior, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  place: {type: 'DOUBLE[]', description: 'silence, frequency, spend, breadth, discount, online', tests: [not_null]}
tests:
  - unique: [snapshot, customer_id]
*/
with
  exact as (
    select
      snapshot, customer_id, kind,
      cast(silence as decimal(18, 6)) as silence,
      cast(frequency as decimal(18, 6)) as frequency,
      cast(spend as decimal(18, 6)) as spend,
      cast(breadth as decimal(18, 6)) as breadth,
      cast(discount as decimal(18, 6)) as discount,
      cast(online as decimal(18, 6)) as online
    from segments.features
  ),
  scales as (
    select
      kind,
      scale_of(sum(silence), sum(silence * silence), count(*)) as silence,
      scale_of(sum(frequency), sum(frequency * frequency), count(*)) as frequency,
      scale_of(sum(spend), sum(spend * spend), count(*)) as spend,
      scale_of(sum(breadth), sum(breadth * breadth), count(*)) as breadth,
      scale_of(sum(discount), sum(discount * discount), count(*)) as discount,
      scale_of(sum(online), sum(online * online), count(*)) as online
    from exact
    where snapshot = 'this'
    group by kind
  )
select
  e.snapshot,
  e.customer_id,
  e.kind,
  [
    standardised(e.silence, s.silence),
    standardised(e.frequency, s.frequency),
    standardised(e.spend, s.spend),
    standardised(e.breadth, s.breadth),
    standardised(e.discount, s.discount),
    standardised(e.online, s.online)
  ] as place
from exact as e
join scales as s on s.kind = e.kind
