/*
description: What came back from contacts.
grain: one row a response
columns:
  response_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the response}
  contact_id: {type: VARCHAR, description: 'Contact it answers, where captured; see contacts'}
  campaign_id: {type: VARCHAR, description: Campaign it answers; see campaigns}
  person_id: {type: VARCHAR, description: Person who answered; see persons}
  organisation_id: {type: VARCHAR, description: Organisation that answered; see organisations}
  responded_at: {type: TIMESTAMP, tests: [not_null], description: 'Moment, in the project''s time zone'}
  kind: {type: VARCHAR, description: 'order, click, call, visit or enquiry'}
  key_code: {type: VARCHAR, description: Code given; null when none was}
  order_id: {type: VARCHAR, description: Order it led to; see orders}
*/
select
  cast(null as varchar) as response_id,
  cast(null as varchar) as contact_id,
  cast(null as varchar) as campaign_id,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as timestamp) as responded_at,
  cast(null as varchar) as kind,
  cast(null as varchar) as key_code,
  cast(null as varchar) as order_id
where false
