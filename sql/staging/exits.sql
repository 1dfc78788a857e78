/*
description: Declared departures.
grain: one row a departure
columns:
  exit_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the departure}
  person_id: {type: VARCHAR, description: Person who left; see persons}
  organisation_id: {type: VARCHAR, description: Organisation that left; see organisations}
  exited_on: {type: DATE, tests: [not_null], description: Day}
  reason: {type: VARCHAR, description: Reason given}
  cause: {type: VARCHAR, tests: [{accepted_values: [firm, competitor, customer, unknown]}], description: Whose doing it was}
*/
select
  cast(null as varchar) as exit_id,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as date) as exited_on,
  cast(null as varchar) as reason,
  cast(null as varchar) as cause
where false
