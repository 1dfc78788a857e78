/*
description: 'Every outbound contact of a campaign, and the control group that was drawn at random, stored before the send and sent nothing.'
grain: 'one row a person, organisation or list name in a campaign'
columns:
  contact_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the contact}
  campaign_id: {type: VARCHAR, tests: [not_null], description: Campaign; see campaigns}
  person_id: {type: VARCHAR, description: Person reached; see persons}
  organisation_id: {type: VARCHAR, description: Organisation reached; see organisations}
  list_id: {type: VARCHAR, description: List the name came from; see lists}
  list_name_id: {type: VARCHAR, description: Name on the list; see list_names}
  cell: {type: VARCHAR, tests: [not_null, {accepted_values: [treatment, control]}], description: treatment was sent the piece; control was held back at random}
  medium: {type: VARCHAR, description: 'email, sms, mail, phone or programme'}
  contacted_on: {type: DATE, tests: [not_null], description: Day sent (in-home day for mail); the same day for the control group}
  key_code: {type: VARCHAR, description: Code printed on the piece; null for control}
  cost: {type: 'DECIMAL(18,4)', description: 'Cost of the piece, reporting currency; 0 for control'}
  delivered: {type: BOOLEAN, description: False when it came back; null for control or when not known}
*/
select
  cast(null as varchar) as contact_id,
  cast(null as varchar) as campaign_id,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as varchar) as list_id,
  cast(null as varchar) as list_name_id,
  cast(null as varchar) as cell,
  cast(null as varchar) as medium,
  cast(null as date) as contacted_on,
  cast(null as varchar) as key_code,
  cast(null as decimal(18,4)) as cost,
  cast(null as boolean) as delivered
where false
