/*
description: >
  What is held to be true of each customer. Each value comes from the record of the highest standing that knows it
  (identity.standings); a name, and an address, comes whole from one record. identity.origins says which. Models from
  core on take ids and countries from here and nothing that names a person.
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
      s.customer_id, 'person' as kind, s.standing, p.recorded_on, p.updated_at, p.status, p.full_name, p.family_name,
      p.given_name, p.name_script, p.title, p.gender, p.birth_date, p.email, p.phone, p.address, p.city, p.region,
      p.postcode, p.country, p.language, cast(null as varchar) as account_class, p.acquisition_channel_id,
      p.acquisition_cost
    from staging.persons as p
    join identity.standings as s on s.record_kind = 'person' and s.record_id = p.person_id
  ),
  organisations as (
    select
      s.customer_id, 'organisation' as kind, s.standing, o.recorded_on, o.updated_at, o.status, o.name as full_name,
      null as family_name, null as given_name, null as name_script, null as title, null as gender,
      cast(null as date) as birth_date, null as email, o.phone, o.address, o.city, o.region, o.postcode, o.country,
      null as language, o.account_class, o.acquisition_channel_id, o.acquisition_cost
    from staging.organisations as o
    join identity.standings as s on s.record_kind = 'organisation' and s.record_id = o.organisation_id
  ),
  records as (
    select * from persons
    union all
    select * from organisations
  ),
  chosen as (
    select
      customer_id,
      any_value(kind) as kind,
      count(*) as records,
      min(recorded_on) as recorded_on,
      max(updated_at) as updated_at,
      -- A customer is active when one record is, and erased when all are.
      case
        when count_if(status = 'active') > 0 then 'active'
        when count_if(status = 'closed') > 0 then 'closed'
        else min(status)
      end as status,
      arg_max(
        {'full': full_name, 'family': family_name, 'given': given_name, 'script': name_script, 'title': title}, standing
      ) filter (where full_name is not null) as naming,
      arg_max(gender, standing) as gender,
      arg_max(birth_date, standing) as birth_date,
      arg_max(email, standing) as email,
      arg_max(phone, standing) as phone,
      arg_max(
        {'line': address, 'city': city, 'region': region, 'postcode': postcode, 'country': country}, standing
      ) filter (where coalesce(address, city, postcode) is not null) as place,
      arg_max(country, standing) as country,
      arg_max(language, standing) as language,
      arg_max(account_class, standing) as account_class,
      -- Who won the customer is known by the first record, not by the last.
      arg_min(acquisition_channel_id, (recorded_on, standing)) as acquisition_channel_id,
      arg_min(acquisition_cost, (recorded_on, standing)) as acquisition_cost
    from records
    group by customer_id
  )
select
  customer_id,
  kind,
  records,
  recorded_on,
  updated_at,
  status,
  naming['full'] as full_name,
  naming['family'] as family_name,
  naming['given'] as given_name,
  naming['script'] as name_script,
  naming['title'] as title,
  gender,
  birth_date,
  email,
  phone,
  place['line'] as address,
  place['city'] as city,
  place['region'] as region,
  place['postcode'] as postcode,
  coalesce(place['country'], country) as country,
  language,
  account_class,
  acquisition_channel_id,
  acquisition_cost
from chosen
