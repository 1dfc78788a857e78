/*
description: 'Every person record of the firm''s own systems, as recorded. Several records may be one person: identity decides.'
grain: one row a person record
columns:
  person_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the record in its source}
  source: {type: VARCHAR, tests: [not_null], description: Operational system that holds the record; decides how far it is trusted}
  recorded_on: {type: DATE, description: Day the record was made}
  updated_at: {type: TIMESTAMP, description: Last change at the source}
  full_name: {type: VARCHAR, pii: direct, description: 'Name as written, in the order it was written'}
  family_name: {type: VARCHAR, pii: direct, description: 'Family name, where the source keeps it apart'}
  given_name: {type: VARCHAR, pii: direct, description: 'Given name, where the source keeps it apart'}
  name_script: {type: VARCHAR, tests: [{accepted_values: [latin, han]}], description: Script of the name}
  title: {type: VARCHAR, description: Form of address}
  gender: {type: VARCHAR, pii: indirect, tests: [{accepted_values: [f, m]}], description: f or m; null when not known}
  birth_date: {type: DATE, pii: direct, description: Day of birth as recorded; may be improbable}
  email: {type: VARCHAR, pii: direct, description: E-mail address as recorded}
  phone: {type: VARCHAR, pii: direct, description: Telephone number as recorded}
  address: {type: VARCHAR, pii: direct, description: 'Street address as recorded, in one line'}
  city: {type: VARCHAR, pii: indirect, description: City or town}
  region: {type: VARCHAR, description: 'Province, district or county'}
  postcode: {type: VARCHAR, pii: indirect, description: Postcode; Hong Kong has none}
  country: {type: VARCHAR, description: ISO 3166-1 alpha-2}
  language: {type: VARCHAR, description: 'Language of correspondence, such as zh-CN, zh-HK, en-GB'}
  preferred_channel: {type: VARCHAR, description: Where the person says they like to buy}
  preferred_medium: {type: VARCHAR, description: 'How the person asks to be reached: email, sms, mail, phone'}
  preferred_time: {type: VARCHAR, description: Part of the day the person asks to be reached in}
  education: {type: VARCHAR, description: Declared level of education}
  career: {type: VARCHAR, description: Declared occupation}
  income_band: {type: VARCHAR, pii: indirect, description: 'Declared band of yearly income, lowest to highest 1 to 5'}
  family_size: {type: INTEGER, description: Declared number of people in the family}
  lifestyle: {type: VARCHAR, description: Declared way of life}
  personality: {type: VARCHAR, description: Declared personality}
  needs: {type: VARCHAR, description: What the person says they look for}
  information_source: {type: VARCHAR, description: Where the person says they hear of the firm}
  acquisition_channel_id: {type: VARCHAR, description: Channel that won the person; see channels}
  acquisition_cost: {type: 'DECIMAL(18,4)', description: 'What winning the person cost, in the reporting currency; null when not known'}
  status: {type: VARCHAR, tests: [not_null, {accepted_values: [active, closed, erased]}], description: 'active, closed (left by own wish) or erased (right to erasure: personal columns are null)'}
*/
select
  cast(null as varchar) as person_id,
  cast(null as varchar) as source,
  cast(null as date) as recorded_on,
  cast(null as timestamp) as updated_at,
  cast(null as varchar) as full_name,
  cast(null as varchar) as family_name,
  cast(null as varchar) as given_name,
  cast(null as varchar) as name_script,
  cast(null as varchar) as title,
  cast(null as varchar) as gender,
  cast(null as date) as birth_date,
  cast(null as varchar) as email,
  cast(null as varchar) as phone,
  cast(null as varchar) as address,
  cast(null as varchar) as city,
  cast(null as varchar) as region,
  cast(null as varchar) as postcode,
  cast(null as varchar) as country,
  cast(null as varchar) as language,
  cast(null as varchar) as preferred_channel,
  cast(null as varchar) as preferred_medium,
  cast(null as varchar) as preferred_time,
  cast(null as varchar) as education,
  cast(null as varchar) as career,
  cast(null as varchar) as income_band,
  cast(null as integer) as family_size,
  cast(null as varchar) as lifestyle,
  cast(null as varchar) as personality,
  cast(null as varchar) as needs,
  cast(null as varchar) as information_source,
  cast(null as varchar) as acquisition_channel_id,
  cast(null as decimal(18,4)) as acquisition_cost,
  cast(null as varchar) as status
where false
