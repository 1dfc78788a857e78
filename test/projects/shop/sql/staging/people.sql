/*
description: Everyone we know
grain: one row a person
columns:
  person_id: {type: VARCHAR, tests: [unique, not_null]}
  full_name: {type: VARCHAR, pii: direct}
  born_on: {type: DATE, pii: indirect}
*/
select person_id, full_name, born_on from raw.people
