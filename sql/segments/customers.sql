/*
description: The segment of each buyer, the cluster whose centre is nearest, on both days.
grain: one row a snapshot and customer
columns:
  snapshot: {type: VARCHAR, description: this or prior, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  cluster: {type: INTEGER, description: Cluster, tests: [not_null]}
  segment: {type: VARCHAR, description: Name of the cluster; see segments.names, tests: [not_null]}
tests:
  - unique: [snapshot, customer_id]
*/
with
  nearest as (
    select
      s.snapshot, s.customer_id, s.kind,
      min({'apart': list_distance(s.place, n.centre), 'cluster': n.cluster, 'segment': n.segment}) as best
    from segments.standardised as s
    join segments.names as n on n.kind = s.kind
    group by s.snapshot, s.customer_id, s.kind
  )
select snapshot, customer_id, kind, best.cluster as cluster, best.segment as segment
from nearest
