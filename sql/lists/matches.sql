/*
description: >
  Who each name on a list is held to be: the names that are one person share a prospect_id; the customer, the entries of
  the suppression file and the decoys of ours that the linkage puts with them.
grain: one row a name on a list
columns:
  list_name_id: {type: VARCHAR, description: Name on a list, tests: [unique, not_null]}
  list_id: {type: VARCHAR, description: List, tests: [not_null]}
  prospect_id: {type: VARCHAR, description: The first of the names that are one person, tests: [not_null]}
  customer_id: {type: VARCHAR, description: 'Customer of the same cluster, whenever they came on record'}
  customer_on: {type: DATE, description: Day that customer came on record}
  is_own_seed: {type: BOOLEAN, description: One of our own decoys, tests: [not_null]}
  suppressions: {type: 'STRUCT(kind VARCHAR, recorded_on DATE)[]', description: Entries of the suppression file}
*/
with
  clustered as (
    select
      c.cluster_no,
      case when r.record_id = 'name:' || r.source_id then r.source_id end as list_name_id,
      case when r.record_id = 'house:' || r.source_id then r.source_id end as person_id,
      case when r.record_id = 'suppression:' || r.source_id then r.source_id end as suppression_id,
      r.record_id = 'seed:' || r.source_id as is_seed
    from lists.prospect_clusters as c
    join lists.records as r on r.record_id = c.record_id
  ),
  stopped as (
    select k.cluster_no, list({'kind': s.kind, 'recorded_on': s.recorded_on} order by s.suppression_id) as suppressions
    from staging.suppressions as s
    join clustered as k on k.suppression_id = s.suppression_id
    where s.kind is not null
    group by k.cluster_no
  ),
  known as (
    select
      k.cluster_no,
      min(k.list_name_id) as prospect_id,
      any_value(i.customer_id) as customer_id,
      any_value(c.recorded_on) as customer_on,
      bool_or(k.is_seed) as is_own_seed
    from clustered as k
    left join identity.clusters as i on i.record_kind = 'person' and i.record_id = k.person_id
    left join identity.customers as c on c.customer_id = i.customer_id
    group by k.cluster_no
  ),
  -- Two names may be tied to one customer through different records of theirs: then they are one person as well.
  one as (
    select
      *,
      coalesce(min(prospect_id) over (partition by customer_id), prospect_id) as person_id
    from known
    where prospect_id is not null and customer_id is not null
    union all
    select *, prospect_id
    from known
    where prospect_id is not null and customer_id is null
  )
select
  l.list_name_id,
  l.list_id,
  coalesce(o.person_id, l.list_name_id) as prospect_id,
  o.customer_id,
  o.customer_on,
  coalesce(o.is_own_seed, false) as is_own_seed,
  s.suppressions
from staging.list_names as l
join lists.licences as d on d.list_id = l.list_id
left join clustered as k on k.list_name_id = l.list_name_id
left join one as o on o.cluster_no = k.cluster_no
left join stopped as s on s.cluster_no = k.cluster_no
