/*
description: >
  The attributes kept of each customer, from the records of its cluster. The only model with names and contact points;
  models from core on take ids and countries from here and nothing that names a person.
grain: one row a customer
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: person or organisation, tests: [not_null, {accepted_values: [person, organisation]}]}
  records: {type: BIGINT, description: Operational records in the cluster, tests: [{range: {min: 1}}]}
  recorded_on: {type: DATE, description: Day of the oldest record}
  updated_at: {type: TIMESTAMP, description: Latest change of a record}
  status: {type: VARCHAR, description: 'active, closed or erased'}
  full_name: {type: VARCHAR, description: Name in full, pii: direct}
  family_name: {type: VARCHAR, description: Family name of a person, pii: direct}
  given_name: {type: VARCHAR, description: Given name of a person, pii: direct}
  name_script: {type: VARCHAR, description: latin or han}
  title: {type: VARCHAR, description: Form of address, pii: indirect}
  gender: {type: VARCHAR, description: f or m, pii: indirect}
  birth_date: {type: DATE, description: Date of birth, pii: indirect}
  email: {type: VARCHAR, description: E-mail address, pii: direct}
  phone: {type: VARCHAR, description: Telephone, pii: direct}
  address: {type: VARCHAR, description: Street address, pii: direct}
  city: {type: VARCHAR, description: City, pii: indirect}
  region: {type: VARCHAR, description: Province or county, pii: indirect}
  postcode: {type: VARCHAR, description: Postcode, pii: indirect}
  country: {type: VARCHAR, description: ISO 3166 alpha-2}
  language: {type: VARCHAR, description: Language to write in}
  account_class: {type: VARCHAR, description: 'Class of an organisation: wholesale, group or franchise'}
  acquisition_channel_id: {type: VARCHAR, description: Channel that won the customer}
  acquisition_cost: {type: 'DECIMAL(18,4)', description: What winning the customer cost in reporting currency; null unknown}
*/
with
  persons as (
    select
      c.customer_id, 'person' as kind, p.person_id as record_id, p.recorded_on, p.updated_at, p.status, p.full_name,
      p.family_name, p.given_name, p.name_script, p.title, p.gender, p.birth_date, p.email, p.phone, p.address, p.city,
      p.region, p.postcode, p.country, p.language, cast(null as varchar) as account_class, p.acquisition_channel_id,
      p.acquisition_cost
    from staging.persons as p
    join identity.clusters as c on c.record_kind = 'person' and c.record_id = p.person_id
  ),
  organisations as (
    select
      c.customer_id, 'organisation' as kind, o.organisation_id as record_id, o.recorded_on, o.updated_at, o.status,
      o.name as full_name, null as family_name, null as given_name, null as name_script, null as title, null as gender,
      cast(null as date) as birth_date, null as email, o.phone, o.address, o.city, o.region, o.postcode, o.country,
      null as language, o.account_class, o.acquisition_channel_id, o.acquisition_cost
    from staging.organisations as o
    join identity.clusters as c on c.record_kind = 'organisation' and c.record_id = o.organisation_id
  ),
  records as (
    select * from persons
    union all
    select * from organisations
  ),
  ranked as (
    select
      *,
      row_number() over (partition by customer_id order by updated_at desc nulls last, record_id) as freshness,
      count(*) over (partition by customer_id) as records,
      min(recorded_on) over (partition by customer_id) as first_recorded_on
    from records
  )
select
  customer_id, kind, records, first_recorded_on as recorded_on, updated_at, status, full_name, family_name, given_name,
  name_script, title, gender, birth_date, email, phone, address, city, region, postcode, country, language,
  account_class, acquisition_channel_id, acquisition_cost
from ranked
where freshness = 1
