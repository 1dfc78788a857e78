/*
description: >
  What drives the risk overall: how far each feature moves the logit of a customer on average, whichever way, and its bins with
  the share that stayed away. A driver goes with leaving; whether it makes customers leave, only a trial can tell.
grain: one row a feature and bin
tags: [whole_firm]
columns:
  feature: {type: VARCHAR, description: Column of churn.features, tests: [not_null]}
  place: {type: BIGINT, description: 1 the strongest feature, tests: [not_null]}
  strength: {type: DOUBLE, description: Mean size of what the feature adds to the logit, tests: [not_null]}
  share: {type: DOUBLE, description: Its strength as a share of that of all features; null where none has any}
  digit: {type: INTEGER, description: 'Bin; 0 where the value is not known', tests: [not_null]}
  above: {type: DOUBLE, description: Values of the bin lie above this; null for the first}
  up_to: {type: DOUBLE, description: And no higher than this; null for the last}
  customers: {type: BIGINT, description: Customers in the bin, tests: [not_null]}
  lost_share: {type: DOUBLE, description: Share of them who stayed away, tests: [not_null]}
  added: {type: 'DECIMAL(18,9)', description: What it adds to the logit on average, tests: [not_null]}
tests:
  - unique: [feature, digit]
*/
with
  strengths as (
    select position, cast(sum(customers * size) as double) / sum(customers) as strength
    from churn.driver_bins
    group by position
  ),
  placed as (
    select *, row_number() over (order by strength desc, position) as place, sum(strength) over () as everything
    from strengths
  )
select
  e.feature,
  p.place,
  p.strength,
  ratio(p.strength, p.everything) as share,
  b.digit,
  case when b.digit > 1 then e.edges[b.digit - 1] end as above,
  case when b.digit > 0 then e.edges[b.digit] end as up_to,
  b.customers,
  cast(b.lost as double) / b.customers as lost_share,
  b.added
from churn.driver_bins as b
join placed as p on p.position = b.position
join churn.feature_edges as e on e.position = b.position
order by p.place, b.digit
