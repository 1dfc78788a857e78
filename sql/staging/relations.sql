/*
description: Declared ties between customers. A referral runs from the one who recommends to the one who came.
grain: one row a declared tie
columns:
  relation_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the tie}
  kind: {type: VARCHAR, tests: [not_null, {accepted_values: [spouse, family, colleague, referral, account]}], description: What ties the two; account is a shared account}
  from_id: {type: VARCHAR, tests: [not_null], description: person_id or organisation_id}
  from_kind: {type: VARCHAR, tests: [not_null, {accepted_values: [person, organisation]}], description: What from_id names}
  to_id: {type: VARCHAR, tests: [not_null], description: person_id or organisation_id}
  to_kind: {type: VARCHAR, tests: [not_null, {accepted_values: [person, organisation]}], description: What to_id names}
  declared_on: {type: DATE, description: Day it was declared}
*/
select
  cast(null as varchar) as relation_id,
  cast(null as varchar) as kind,
  cast(null as varchar) as from_id,
  cast(null as varchar) as from_kind,
  cast(null as varchar) as to_id,
  cast(null as varchar) as to_kind,
  cast(null as date) as declared_on
where false
