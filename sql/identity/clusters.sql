/*
description: >
  Which customer each operational record belongs to. A customer is a cluster of records that identity holds to be one
  person or one organisation, and is called by the oldest of them. A customer that had an id before tonight keeps it:
  of two that become one the older id stays, of one that is parted the id stays with the records that did not change.
grain: one row a record of a person or an organisation
columns:
  record_kind: {type: VARCHAR, description: person or organisation, tests: [not_null, {accepted_values: [person, organisation]}]}
  record_id: {type: VARCHAR, description: Id in the operational system, tests: [not_null]}
  customer_id: {type: VARCHAR, description: 'Customer: P or O and the id of the oldest record of the cluster', tests: [not_null]}
  source: {type: VARCHAR, description: Operational source of the record}
  recorded_on: {type: DATE, description: Day the record was made}
  given_on: {type: DATE, description: 'As-of date of the night that gave the record its customer, or looked at it again after a change', tests: [not_null]}
tests:
  - unique: [record_kind, record_id]
*/
with
  records as (
    select 'person' as record_kind, r.record_id, c.cluster_no, r.source, r.recorded_on
    from identity.person_records as r
    join identity.person_clusters as c on c.record_id = r.record_id
    union all
    select 'organisation', r.record_id, c.cluster_no, r.source, r.recorded_on
    from identity.organisation_records as r
    join identity.organisation_clusters as c on c.record_id = r.record_id
  ),
  ranked as (
    select
      r.*,
      g.customer_id as given_id,
      g.given_on,
      coalesce(g.is_settled, false) as is_settled,
      row_number() over (partition by r.record_kind, r.cluster_no order by r.recorded_on nulls last, r.record_id) as age_rank
    from records as r
    left join identity.given as g on g.record_kind = r.record_kind and g.record_id = r.record_id
  ),
  -- An id goes to one of the clusters that hold records which had it.
  claims as (
    select record_kind, given_id, cluster_no, min(age_rank) as age_rank
    from ranked
    where given_id is not null
    group by record_kind, given_id, cluster_no
    qualify row_number() over (
      partition by record_kind, given_id
      order by
        count_if(is_settled) > 0 desc,
        bool_or(substr(given_id, 2) = record_id) desc,
        count_if(is_settled) desc,
        count(*) desc,
        min(record_id)
    ) = 1
  ),
  kept as (
    select record_kind, cluster_no, arg_min(given_id, age_rank) as customer_id
    from claims
    group by record_kind, cluster_no
  ),
  oldest as (
    select
      r.record_kind,
      r.cluster_no,
      case r.record_kind when 'person' then 'P' else 'O' end || r.record_id as customer_id
    from ranked as r
    where r.age_rank = 1
  ),
  -- An id that somebody else kept is not given twice.
  called as (
    select
      o.record_kind,
      o.cluster_no,
      coalesce(k.customer_id, o.customer_id || case when taken.customer_id is not null then '.' || strftime(as_of(), '%Y%m%d') else '' end)
        as customer_id
    from oldest as o
    left join kept as k on k.record_kind = o.record_kind and k.cluster_no = o.cluster_no
    left join kept as taken on taken.customer_id = o.customer_id
  )
select
  r.record_kind,
  r.record_id,
  c.customer_id,
  r.source,
  r.recorded_on,
  case when r.is_settled and r.given_id = c.customer_id then r.given_on else as_of() end as given_on
from ranked as r
join called as c on c.record_kind = r.record_kind and c.cluster_no = r.cluster_no
