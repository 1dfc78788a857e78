/*
description: 'Every questionnaire sent, answered or not.'
grain: one row a questionnaire and area
columns:
  survey_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the questionnaire}
  kind: {type: VARCHAR, tests: [not_null, {accepted_values: [NPS, CSAT]}], description: 'NPS scores 0 to 10, CSAT scores 1 to 5'}
  person_id: {type: VARCHAR, description: Person asked; see persons}
  organisation_id: {type: VARCHAR, description: Organisation asked; see organisations}
  sent_on: {type: DATE, tests: [not_null], description: Day sent}
  answered_on: {type: DATE, description: Day answered; null when not}
  area: {type: VARCHAR, tests: [{accepted_values: [product, service, price]}], description: What was asked about}
  score: {type: INTEGER, description: 'Answer, on the scale of its kind; null when none'}
  competitor_purchases: {type: INTEGER, description: Declared purchases from competitors in the last twelve months; null when not asked or not answered}
*/
select
  cast(null as varchar) as survey_id,
  cast(null as varchar) as kind,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as date) as sent_on,
  cast(null as date) as answered_on,
  cast(null as varchar) as area,
  cast(null as integer) as score,
  cast(null as integer) as competitor_purchases
where false
