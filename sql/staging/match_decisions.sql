/*
description: 'Decisions by hand on pairs of records: the same, or not the same. They stand above all evidence.'
grain: one row a decision
columns:
  decision_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the decision}
  record_kind: {type: VARCHAR, tests: [not_null, {accepted_values: [person, organisation]}], description: What the records are of}
  left_id: {type: VARCHAR, tests: [not_null], description: One record}
  right_id: {type: VARCHAR, tests: [not_null], description: The other record}
  decision: {type: VARCHAR, tests: [not_null, {accepted_values: [same, different]}], description: same or different}
  decided_on: {type: DATE, description: Day of the decision}
  decided_by: {type: VARCHAR, pii: indirect, description: Who decided}
  reason: {type: VARCHAR, description: Why}
*/
select
  cast(null as varchar) as decision_id,
  cast(null as varchar) as record_kind,
  cast(null as varchar) as left_id,
  cast(null as varchar) as right_id,
  cast(null as varchar) as decision,
  cast(null as date) as decided_on,
  cast(null as varchar) as decided_by,
  cast(null as varchar) as reason
where false
