/*
description: 'The people who decide, buy, use or influence at an organisation: its decision unit.'
grain: one row a contact person at an organisation
columns:
  contact_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the contact person}
  organisation_id: {type: VARCHAR, tests: [not_null], description: Organisation; see organisations}
  person_id: {type: VARCHAR, description: 'The same person as a customer of their own, where declared; see persons'}
  full_name: {type: VARCHAR, pii: direct, description: Name as written}
  role: {type: VARCHAR, tests: [{accepted_values: [decider, buyer, user, influencer]}], description: Part played in the decision to buy}
  email: {type: VARCHAR, pii: direct, description: E-mail address at work}
  phone: {type: VARCHAR, pii: direct, description: Telephone number at work}
  recorded_on: {type: DATE, description: Day the record was made}
*/
select
  cast(null as varchar) as contact_id,
  cast(null as varchar) as organisation_id,
  cast(null as varchar) as person_id,
  cast(null as varchar) as full_name,
  cast(null as varchar) as role,
  cast(null as varchar) as email,
  cast(null as varchar) as phone,
  cast(null as date) as recorded_on
where false
