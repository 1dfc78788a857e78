/*
description: 'Agreements that run until they are ended: subscriptions, memberships, service contracts.'
grain: one row a subscription
columns:
  subscription_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the subscription}
  plan: {type: VARCHAR, description: What was agreed}
  person_id: {type: VARCHAR, description: 'Subscriber, when a person; see persons'}
  organisation_id: {type: VARCHAR, description: 'Subscriber, when an organisation; see organisations'}
  started_on: {type: DATE, tests: [not_null], description: First day}
  ended_on: {type: DATE, description: Last day; null while it runs}
  cause: {type: VARCHAR, tests: [{accepted_values: [firm, competitor, customer, unknown]}], description: Whose doing the end was}
*/
select
  cast(null as varchar) as subscription_id,
  cast(null as varchar) as plan,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as date) as started_on,
  cast(null as date) as ended_on,
  cast(null as varchar) as cause
where false
