/*
description: >
  Clusters by what sets them apart: the traits furthest from the mean, as many as it takes to tell the clusters of a kind apart, two at least.
  The name depends on the profile alone, so that a segment keeps it from night to night while it stays what it is.
grain: one row a kind of customer and cluster
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  cluster: {type: INTEGER, description: Cluster of the chosen clustering, tests: [not_null]}
  segment: {type: VARCHAR, description: 'Its traits in one text', tests: [not_null]}
  traits: {type: 'VARCHAR[]', description: 'recent or silent; frequent or rare; big_spender or small_spender; broad or narrow; discount or full_price; online or in_person', tests: [not_null]}
  centre: {type: 'DOUBLE[]', description: Its centre, tests: [not_null]}
tests:
  - unique: [kind, cluster]
  - unique: [kind, segment]
*/
with
  chosen as (
    select kind, cluster, centre from segments.clusterings where is_chosen
  ),
  traits as (
    select
      kind,
      cluster,
      centre,
      unnest(range(1, 7)) as feature
    from chosen
  ),
  ranked as (
    select
      kind,
      cluster,
      any_value(centre) as centre,
      list(
        case when centre[feature] < 0
          then ['recent', 'rare', 'small_spender', 'narrow', 'full_price', 'in_person'][feature]
          else ['silent', 'frequent', 'big_spender', 'broad', 'discount', 'online'][feature]
        end
        order by abs(centre[feature]) desc, feature
      ) as traits
    from traits
    group by kind, cluster
  ),
  lengths as (
    select r.*, l.length, count(*) over (partition by r.kind, l.length, array_to_string(list_sort(r.traits[:l.length]), ' ')) as alike
    from ranked as r
    cross join (select unnest(range(2, 7)) as length) as l
  ),
  needed as (
    select kind, max(length) as length
    from (
      select kind, cluster, min(length) as length
      from lengths
      where alike = 1 or length = 6
      group by kind, cluster
    )
    group by kind
  )
select
  r.kind,
  r.cluster,
  array_to_string(r.traits[:n.length], ' ')
    || case when count(*) over (partition by r.kind, array_to_string(r.traits[:n.length], ' ')) > 1 then ' ' || r.cluster else '' end as segment,
  r.traits[:n.length] as traits,
  r.centre
from ranked as r
join needed as n on n.kind = r.kind
