/*
description: >
  Which customer each operational record belongs to. The seam that identity resolution fills;
  until then every record is a customer of its own.
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
    select 'person' as record_kind, person_id as record_id, 'P' || person_id as customer_id, source, recorded_on
    from staging.persons
    union all
    select 'organisation', organisation_id, 'O' || organisation_id, source, recorded_on
    from staging.organisations
  )
select record_kind, record_id, customer_id, source, recorded_on
from records
