/*
description: >
  Where the customers of each segment migration_days ago are now. Outside stands for no purchase in the window: new on the right,
  gone on the left.
grain: one row a kind of customer (and all), former segment and present segment with any customer
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  from_segment: {type: VARCHAR, description: Segment migration_days ago, tests: [not_null]}
  to_segment: {type: VARCHAR, description: Segment now, tests: [not_null]}
  from_position: {type: INTEGER, description: Order of the former segment; 12 outside}
  to_position: {type: INTEGER, description: Order of the present segment; 12 outside}
  customers: {type: BIGINT, description: Customers, tests: [{range: {min: 1}}]}
  monetary_before: {type: 'DECIMAL(18,4)', description: Net sales of the window then}
  monetary_now: {type: 'DECIMAL(18,4)', description: Net sales of the window now}
tests:
  - unique: [kind, from_segment, to_segment]
*/
with
  prior as (
    select customer_id, kind, segment, monetary
    from rfm.scores
    where snapshot = 'prior'
  ),
  moves as (
    select
      coalesce(n.kind, p.kind) as kind,
      coalesce(p.segment, 'Outside') as from_segment,
      coalesce(n.segment, 'Outside') as to_segment,
      coalesce(p.monetary, 0) as monetary_before,
      coalesce(n.monetary, 0) as monetary_now
    from rfm.customers as n
    full join prior as p on p.customer_id = n.customer_id
  ),
  counted as (
    select * from moves
    union all
    select 'all' as kind, from_segment, to_segment, monetary_before, monetary_now from moves
  )
select
  kind,
  from_segment,
  to_segment,
  rfm_position(from_segment) as from_position,
  rfm_position(to_segment) as to_position,
  count(*) as customers,
  money(sum(monetary_before)) as monetary_before,
  money(sum(monetary_now)) as monetary_now
from counted
group by kind, from_segment, to_segment
order by kind, from_position, to_position
