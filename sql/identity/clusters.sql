/*
description: >
  Which customer each operational record belongs to. A customer is a cluster of records that identity holds to be one
  person or one organisation, and is called by the oldest of them: its id stays as long as that record is there.
grain: one row a record of a person or an organisation
columns:
  record_kind: {type: VARCHAR, description: person or organisation, tests: [not_null, {accepted_values: [person, organisation]}]}
  record_id: {type: VARCHAR, description: Id in the operational system, tests: [not_null]}
  customer_id: {type: VARCHAR, description: 'Customer: P or O and the id of the oldest record of the cluster', tests: [not_null]}
  source: {type: VARCHAR, description: Operational source of the record}
  recorded_on: {type: DATE, description: Day the record was made}
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
  named as (
    select
      *,
      first_value(record_id) over (
        partition by record_kind, cluster_no
        order by recorded_on nulls last, record_id
      ) as oldest_id
    from records
  )
select
  record_kind,
  record_id,
  case record_kind when 'person' then 'P' else 'O' end || oldest_id as customer_id,
  source,
  recorded_on
from named
