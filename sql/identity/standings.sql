/*
description: 'Order of the records of a customer when they contradict each other: the highest standing that knows a value gives it.'
grain: one row a record
columns:
  record_kind: {type: VARCHAR, description: person or organisation, tests: [not_null]}
  record_id: {type: VARCHAR, description: Record, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  standing: {type: BIGINT, description: '1 for the least trusted, oldest record of the customer', tests: [not_null]}
tests:
  - unique: [record_kind, record_id]
*/
with
  records as (
    select 'person' as record_kind, person_id as record_id, source, updated_at from staging.persons
    union all
    select 'organisation', organisation_id, source, updated_at from staging.organisations
  )
select
  r.record_kind,
  r.record_id,
  c.customer_id,
  row_number() over (
    partition by c.customer_id
    order by coalesce(t.trust, 0), r.updated_at nulls first, r.record_id desc
  ) as standing
from records as r
join identity.clusters as c on c.record_kind = r.record_kind and c.record_id = r.record_id
left join identity.trust as t on t.source = r.source
