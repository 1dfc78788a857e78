/*
description: >
  Person records as identity compares them: names in parts and simplified characters, telephone numbers as they are
  dialled, dates of birth that can be one. Erased records hold nothing to compare.
grain: one row a person record
columns:
  record_id: {type: VARCHAR, description: Number of the record in its source, tests: [unique, not_null]}
  source: {type: VARCHAR, description: System that holds the record}
  recorded_on: {type: DATE, description: Day the record was made}
  updated_at: {type: TIMESTAMP, description: Last change at the source}
  family_name: {type: VARCHAR, description: Family name, pii: direct}
  given_name: {type: VARCHAR, description: Given name, pii: direct}
  family_sound: {type: VARCHAR, description: Family name in Latin letters, pii: direct}
  given_sound: {type: VARCHAR, description: Given name in Latin letters, pii: direct}
  english_name: {type: VARCHAR, description: English forename beside a Chinese name, pii: direct}
  gender: {type: VARCHAR, description: f or m, pii: indirect}
  birth_date: {type: DATE, description: Day of birth; null where no living customer can have it, pii: direct}
  birth_note: {type: VARCHAR, description: 'Why a day of birth is not compared', tests: [{accepted_values: [in the future, over 120 years ago, a stand-in]}]}
  email: {type: VARCHAR, description: E-mail address, pii: direct}
  phone: {type: VARCHAR, description: 'Telephone number in the form E.164, else its digits', pii: direct}
  address: {type: VARCHAR, description: Street address in simplified characters, pii: direct}
  city: {type: VARCHAR, description: City or town in simplified characters, pii: indirect}
  city_sound: {type: VARCHAR, description: City in Latin letters, pii: indirect}
  postcode: {type: VARCHAR, description: Postcode as its country writes it, pii: indirect}
*/
with
  noted as (
    select
      *,
      country = 'HK' or language = 'zh-HK' as is_cantonese,
      -- Forms that ask for a date get one: the first of the year 1900, the first day of computers.
      case
        when birth_date > coalesce(recorded_on, cast(updated_at as date)) then 'in the future'
        when birth_date in (date '1900-01-01', date '1970-01-01', date '1901-01-01', date '1899-12-30') then 'a stand-in'
        when birth_date < coalesce(recorded_on, cast(updated_at as date), date '2000-01-01') - interval 120 year then 'over 120 years ago'
      end as birth_note
    from staging.persons
  )
select
  p.person_id as record_id,
  p.source,
  p.recorded_on,
  p.updated_at,
  coalesce(family.simplified, n.family_name) as family_name,
  coalesce(given.simplified, n.given_name) as given_name,
  sound_in(p.is_cantonese, family.cantonese, family.mandarin, n.family_name) as family_sound,
  sound_in(p.is_cantonese, given.cantonese, given.mandarin, n.given_name) as given_sound,
  n.english_name,
  p.gender,
  case when p.birth_note is null then p.birth_date end as birth_date,
  p.birth_note,
  p.email,
  coalesce(phone.e164, phone.digits) as phone,
  coalesce(line.simplified, p.address) as address,
  coalesce(city.simplified, p.city) as city,
  sound_in(p.is_cantonese, city.cantonese, city.mandarin, p.city) as city_sound,
  standard_postcode(p.postcode, p.address, p.country) as postcode
from noted as p
left join identity.names as n on n.record_kind = 'person' and n.record_id = p.person_id
left join identity.phones as phone on phone.phone = p.phone and phone.country = coalesce(p.country, '')
left join identity.writings as family on family.text = n.family_name
left join identity.writings as given on given.text = n.given_name
left join identity.writings as line on line.text = p.address
left join identity.writings as city on city.text = p.city
