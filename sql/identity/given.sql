/*
description: >
  The customer each record belonged to before tonight. A record that changed since it was looked at is not settled: it
  is judged anew, on what it says now.
grain: one row a record that was given an id before the as-of date
columns:
  record_kind: {type: VARCHAR, description: person or organisation, tests: [not_null]}
  record_id: {type: VARCHAR, description: Record, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer it belonged to, tests: [not_null]}
  given_on: {type: DATE, description: As-of date of the night that gave it, tests: [not_null]}
  is_settled: {type: BOOLEAN, description: The record is still there and has not changed since, tests: [not_null]}
tests:
  - unique: [record_kind, record_id]
*/
with
  records as (
    select 'person' as record_kind, person_id as record_id, updated_at from staging.persons
    union all
    select 'organisation', organisation_id, updated_at from staging.organisations
  ),
  latest as (
    select record_kind, record_id, arg_max(customer_id, given_on) as customer_id, max(given_on) as given_on
    from staging.given_ids
    where given_on < as_of()
    group by record_kind, record_id
  )
select
  l.record_kind,
  l.record_id,
  l.customer_id,
  l.given_on,
  r.record_id is not null and coalesce(cast(r.updated_at as date) <= l.given_on, true) as is_settled
from latest as l
left join records as r on r.record_kind = l.record_kind and r.record_id = l.record_id
