/*
description: 'The names on bought and rented lists, as delivered: external data, kept apart from our own.'
grain: one row a name as delivered
columns:
  list_name_id: {type: VARCHAR, tests: [unique, not_null], description: list_id and row number}
  list_id: {type: VARCHAR, tests: [not_null], description: List; see lists}
  row_no: {type: INTEGER, tests: [not_null], description: 'Row in the delivery, from 1'}
  full_name: {type: VARCHAR, pii: direct, description: Name as delivered}
  other_name: {type: VARCHAR, pii: direct, description: 'Name in another script, where delivered'}
  family_name: {type: VARCHAR, pii: direct, description: 'Family name, where delivered apart'}
  given_name: {type: VARCHAR, pii: direct, description: 'Given name, where delivered apart'}
  gender: {type: VARCHAR, pii: indirect, tests: [{accepted_values: [f, m]}], description: f or m; null when not known}
  birth_date: {type: DATE, pii: direct, description: Day of birth; null when not delivered or not a date}
  email: {type: VARCHAR, pii: direct, description: E-mail address}
  phone: {type: VARCHAR, pii: direct, description: Telephone number}
  address: {type: VARCHAR, pii: direct, description: Street address in one line}
  city: {type: VARCHAR, pii: indirect, description: City or town}
  region: {type: VARCHAR, description: 'Province, district or county'}
  postcode: {type: VARCHAR, pii: indirect, description: Postcode}
  country: {type: VARCHAR, description: ISO 3166-1 alpha-2}
  opted_out: {type: BOOLEAN, description: Marked by the owner as not to be contacted}
  deliverable: {type: BOOLEAN, description: False when the owner or the bureau marks the address as not deliverable; null when nothing is said}
  recency_band: {type: VARCHAR, description: How fresh the owner says the name is}
  segment: {type: VARCHAR, description: Segment the owner sold the name under}
*/
select
  cast(null as varchar) as list_name_id,
  cast(null as varchar) as list_id,
  cast(null as integer) as row_no,
  cast(null as varchar) as full_name,
  cast(null as varchar) as other_name,
  cast(null as varchar) as family_name,
  cast(null as varchar) as given_name,
  cast(null as varchar) as gender,
  cast(null as date) as birth_date,
  cast(null as varchar) as email,
  cast(null as varchar) as phone,
  cast(null as varchar) as address,
  cast(null as varchar) as city,
  cast(null as varchar) as region,
  cast(null as varchar) as postcode,
  cast(null as varchar) as country,
  cast(null as boolean) as opted_out,
  cast(null as boolean) as deliverable,
  cast(null as varchar) as recency_band,
  cast(null as varchar) as segment
where false
