/*
description: Who moved between segments since the prior day, by the same centres. new had not bought by then.
grain: one row a kind of customer and pair of segments
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  from_segment: {type: VARCHAR, description: 'Segment on the prior day, or new', tests: [not_null]}
  to_segment: {type: VARCHAR, description: Segment on the as-of day, tests: [not_null]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  share: {type: DOUBLE, description: Share of those who were in the first, tests: [not_null]}
tests:
  - unique: [kind, from_segment, to_segment]
*/
with
  moves as (
    select t.kind, coalesce(p.segment, 'new') as from_segment, t.segment as to_segment, count(*) as customers
    from segments.customers as t
    left join segments.customers as p on p.snapshot = 'prior' and p.customer_id = t.customer_id
    where t.snapshot = 'this'
    group by all
  )
select *, cast(customers as double) / cast(sum(customers) over (partition by kind, from_segment) as double) as share
from moves
