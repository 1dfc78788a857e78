/*
description: Organisation records as identity compares them.
grain: one row an organisation record
columns:
  record_id: {type: VARCHAR, description: Number of the record in its source, tests: [unique, not_null]}
  source: {type: VARCHAR, description: System that holds the record}
  recorded_on: {type: DATE, description: Day the record was made}
  updated_at: {type: TIMESTAMP, description: Last change at the source}
  name: {type: VARCHAR, description: Name as written}
  registration_no: {type: VARCHAR, description: Number in the public register of its country}
  domain: {type: VARCHAR, description: 'Internet domain, without www'}
  principal: {type: VARCHAR, description: Owner or head, pii: direct}
  phone: {type: VARCHAR, description: Telephone number of the office}
  address: {type: VARCHAR, description: Street address}
  city: {type: VARCHAR, description: City or town}
  postcode: {type: VARCHAR, description: Postcode}
*/
select
  organisation_id as record_id,
  source,
  recorded_on,
  updated_at,
  name,
  registration_no,
  regexp_replace(lower(domain), '^(https?://)?(www\.)?', '') as domain,
  principal,
  phone,
  address,
  city,
  postcode
from staging.organisations
