/*
description: 'Everything the firm sent out on purpose, with its plan and cost.'
grain: one row a campaign
columns:
  campaign_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the campaign}
  name: {type: VARCHAR, description: Name}
  purpose: {type: VARCHAR, tests: [{accepted_values: [reactivation, cross_sell, acquisition, retention, launch]}], description: What it was for}
  medium: {type: VARCHAR, description: 'email, sms, mail, phone or programme'}
  started_on: {type: DATE, description: First day contacts go out}
  ended_on: {type: DATE, description: Last day a response counts}
  offer: {type: VARCHAR, description: What was offered}
  audience: {type: VARCHAR, description: 'Who was to be reached, in words'}
  fixed_cost: {type: 'DECIMAL(18,4)', description: 'Cost whatever the number sent, reporting currency'}
  cost_per_contact: {type: 'DECIMAL(18,4)', description: 'Cost of one piece sent, reporting currency'}
*/
select
  cast(null as varchar) as campaign_id,
  cast(null as varchar) as name,
  cast(null as varchar) as purpose,
  cast(null as varchar) as medium,
  cast(null as date) as started_on,
  cast(null as date) as ended_on,
  cast(null as varchar) as offer,
  cast(null as varchar) as audience,
  cast(null as decimal(18,4)) as fixed_cost,
  cast(null as decimal(18,4)) as cost_per_contact
where false
