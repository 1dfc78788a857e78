/*
description: 'Names that must not be contacted, ours and from public files.'
grain: one row an entry
columns:
  suppression_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the entry}
  kind: {type: VARCHAR, tests: [not_null, {accepted_values: [opt_out, deceased, minor, complaint]}], description: Why}
  full_name: {type: VARCHAR, pii: direct, description: Name}
  email: {type: VARCHAR, pii: direct, description: E-mail address}
  phone: {type: VARCHAR, pii: direct, description: Telephone number}
  address: {type: VARCHAR, pii: direct, description: Street address in one line}
  postcode: {type: VARCHAR, pii: indirect, description: Postcode}
  recorded_on: {type: DATE, description: Day of the entry}
*/
select
  cast(null as varchar) as suppression_id,
  cast(null as varchar) as kind,
  cast(null as varchar) as full_name,
  cast(null as varchar) as email,
  cast(null as varchar) as phone,
  cast(null as varchar) as address,
  cast(null as varchar) as postcode,
  cast(null as date) as recorded_on
where false
