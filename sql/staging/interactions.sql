/*
description: Contacts that customers or prospects began.
grain: one row an interaction
columns:
  interaction_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the interaction}
  person_id: {type: VARCHAR, description: Person; see persons}
  organisation_id: {type: VARCHAR, description: Organisation; see organisations}
  kind: {type: VARCHAR, tests: [{accepted_values: [hotline, site_visit, store_visit, expo]}], description: 'Where it happened; a site visit is one to the web site, signed in'}
  happened_at: {type: TIMESTAMP, tests: [not_null], description: 'Moment, in the project''s time zone'}
  channel_id: {type: VARCHAR, description: Channel; see channels}
  subject: {type: VARCHAR, description: What it was about}
*/
select
  cast(null as varchar) as interaction_id,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as varchar) as kind,
  cast(null as timestamp) as happened_at,
  cast(null as varchar) as channel_id,
  cast(null as varchar) as subject
where false
