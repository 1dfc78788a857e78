/*
description: 'Events in a person''s life that change what they buy.'
grain: one row an event
columns:
  event_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the event}
  person_id: {type: VARCHAR, tests: [not_null], description: Person; see persons}
  kind: {type: VARCHAR, tests: [{accepted_values: [moved, married, child_born, retired, new_job]}], description: What happened}
  happened_on: {type: DATE, description: 'Day, as declared'}
*/
select
  cast(null as varchar) as event_id,
  cast(null as varchar) as person_id,
  cast(null as varchar) as kind,
  cast(null as date) as happened_on
where false
