/*
description: 'Every organisation the firm sells to: wholesale accounts, group buyers, franchisees. Several records may be one organisation.'
grain: one row an organisation record
columns:
  organisation_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the record in its source}
  source: {type: VARCHAR, tests: [not_null], description: Operational system that holds the record}
  recorded_on: {type: DATE, description: Day the record was made}
  updated_at: {type: TIMESTAMP, description: Last change at the source}
  name: {type: VARCHAR, description: 'Name as written, with its legal form'}
  registration_no: {type: VARCHAR, description: Number in the public register of its country}
  domain: {type: VARCHAR, description: Internet domain}
  industry: {type: VARCHAR, description: Line of business}
  size_band: {type: VARCHAR, description: 'Number of employees, banded'}
  business_state: {type: VARCHAR, description: 'State of its business: growing, steady, shrinking'}
  address: {type: VARCHAR, description: Street address in one line}
  city: {type: VARCHAR, description: City or town}
  region: {type: VARCHAR, description: 'Province, district or county'}
  postcode: {type: VARCHAR, description: Postcode; Hong Kong has none}
  country: {type: VARCHAR, description: ISO 3166-1 alpha-2}
  account_class: {type: VARCHAR, tests: [{accepted_values: [wholesale, group, franchise]}], description: How it buys}
  principal: {type: VARCHAR, pii: direct, description: Name of the owner or head}
  phone: {type: VARCHAR, description: Telephone number of the office}
  needs: {type: VARCHAR, description: What it looks for}
  acquisition_channel_id: {type: VARCHAR, description: Channel that won the account; see channels}
  acquisition_cost: {type: 'DECIMAL(18,4)', description: 'What winning the account cost, in the reporting currency; null when not known'}
  status: {type: VARCHAR, tests: [not_null, {accepted_values: [active, closed, erased]}], description: 'active, closed (contract ended) or erased'}
*/
select
  cast(null as varchar) as organisation_id,
  cast(null as varchar) as source,
  cast(null as date) as recorded_on,
  cast(null as timestamp) as updated_at,
  cast(null as varchar) as name,
  cast(null as varchar) as registration_no,
  cast(null as varchar) as domain,
  cast(null as varchar) as industry,
  cast(null as varchar) as size_band,
  cast(null as varchar) as business_state,
  cast(null as varchar) as address,
  cast(null as varchar) as city,
  cast(null as varchar) as region,
  cast(null as varchar) as postcode,
  cast(null as varchar) as country,
  cast(null as varchar) as account_class,
  cast(null as varchar) as principal,
  cast(null as varchar) as phone,
  cast(null as varchar) as needs,
  cast(null as varchar) as acquisition_channel_id,
  cast(null as decimal(18,4)) as acquisition_cost,
  cast(null as varchar) as status
where false
