/*
description: 'Service requests, repairs and complaints.'
grain: one row a case
columns:
  case_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the case}
  kind: {type: VARCHAR, tests: [not_null, {accepted_values: [service, repair, complaint]}], description: Kind of case}
  customer_kind: {type: VARCHAR, tests: [{accepted_values: [person, organisation]}], description: Whose case it is; null when not known}
  person_id: {type: VARCHAR, description: 'Customer, when a person; see persons'}
  organisation_id: {type: VARCHAR, description: 'Customer, when an organisation; see organisations'}
  order_id: {type: VARCHAR, description: Order it is about; see orders}
  opened_at: {type: TIMESTAMP, tests: [not_null], description: 'Moment it was opened, in the project''s time zone'}
  closed_at: {type: TIMESTAMP, description: Moment it was closed; null while open}
  cause: {type: VARCHAR, tests: [{accepted_values: [firm, competitor, customer, unknown]}], description: Whose doing the trouble was}
  subject: {type: VARCHAR, description: What it is about}
  handler_id: {type: VARCHAR, description: Who handled it; see staff}
  handled_well: {type: BOOLEAN, description: Judged by the reviewer after closing; null when not judged}
  cost: {type: 'DECIMAL(18,4)', description: 'What it cost the firm, reporting currency'}
*/
select
  cast(null as varchar) as case_id,
  cast(null as varchar) as kind,
  cast(null as varchar) as customer_kind,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as varchar) as order_id,
  cast(null as timestamp) as opened_at,
  cast(null as timestamp) as closed_at,
  cast(null as varchar) as cause,
  cast(null as varchar) as subject,
  cast(null as varchar) as handler_id,
  cast(null as boolean) as handled_well,
  cast(null as decimal(18,4)) as cost
where false
