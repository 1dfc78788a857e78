/*
description: >
  Rows of delivered lists that could not be taken in: each counts as a name delivered and rejected. A project maps them
  from its quarantine; a row that is taken in once its contract is mended is a name like the others.
grain: one row a rejected row
columns:
  list_id: {type: VARCHAR, tests: [not_null], description: List; see lists}
  position: {type: BIGINT, tests: [not_null], description: Row in the delivered file}
  reason: {type: VARCHAR, description: Why it was not taken in}
tests:
  - unique: [list_id, position]
*/
select
  cast(null as varchar) as list_id,
  cast(null as bigint) as position,
  cast(null as varchar) as reason
where false
