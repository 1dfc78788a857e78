/*
description: Append-only ledger of consent. The latest entry for a channel and purpose wins; no entry means no.
grain: one row an act of consent or withdrawal
columns:
  consent_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the entry}
  person_id: {type: VARCHAR, description: Person; see persons}
  organisation_id: {type: VARCHAR, description: Organisation; see organisations}
  happened_at: {type: TIMESTAMP, tests: [not_null], description: 'Moment, in the project''s time zone'}
  action: {type: VARCHAR, tests: [not_null, {accepted_values: [given, withdrawn]}], description: What was done}
  channel: {type: VARCHAR, description: 'Way of contact it covers: email, sms, mail, phone'}
  purpose: {type: VARCHAR, description: 'Use it covers, such as marketing or survey'}
  lawful_basis: {type: VARCHAR, description: 'consent, contract or legitimate_interest'}
  source: {type: VARCHAR, description: Where it was recorded}
  wording_id: {type: VARCHAR, description: Number of the wording that was shown}
  wording: {type: VARCHAR, description: 'The wording that was shown, archived'}
*/
select
  cast(null as varchar) as consent_id,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as timestamp) as happened_at,
  cast(null as varchar) as action,
  cast(null as varchar) as channel,
  cast(null as varchar) as purpose,
  cast(null as varchar) as lawful_basis,
  cast(null as varchar) as source,
  cast(null as varchar) as wording_id,
  cast(null as varchar) as wording
where false
