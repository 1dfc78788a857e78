/*
description: Organisation records as identity compares them.
grain: one row an organisation record
columns:
  record_id: {type: VARCHAR, description: Number of the record in its source, tests: [unique, not_null]}
  source: {type: VARCHAR, description: System that holds the record}
  recorded_on: {type: DATE, description: Day the record was made}
  updated_at: {type: TIMESTAMP, description: Last change at the source}
  name: {type: VARCHAR, description: Name in simplified characters}
  registration_no: {type: VARCHAR, description: 'Number in the public register of its country, letters and digits only'}
  domain: {type: VARCHAR, description: 'Internet domain, without www'}
  principal: {type: VARCHAR, description: Owner or head, pii: direct}
  phone: {type: VARCHAR, description: 'Telephone number of the office in the form E.164, else its digits'}
  address: {type: VARCHAR, description: Street address in simplified characters}
  city: {type: VARCHAR, description: City or town in simplified characters}
  postcode: {type: VARCHAR, description: Postcode as its country writes it}
*/
select
  o.organisation_id as record_id,
  o.source,
  o.recorded_on,
  o.updated_at,
  coalesce(name.simplified, o.name) as name,
  standard_registration(o.registration_no, o.country) as registration_no,
  standard_domain(o.domain) as domain,
  coalesce(principal.simplified, o.principal) as principal,
  coalesce(phone.e164, phone.digits) as phone,
  coalesce(line.simplified, o.address) as address,
  coalesce(city.simplified, o.city) as city,
  standard_postcode(o.postcode, o.address, o.country) as postcode
from staging.organisations as o
left join identity.phones as phone on phone.phone = o.phone and phone.country = coalesce(o.country, '')
left join identity.writings as name on name.text = o.name
left join identity.writings as principal on principal.text = o.principal
left join identity.writings as line on line.text = o.address
left join identity.writings as city on city.text = o.city
