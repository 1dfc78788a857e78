/*
description: >
  Names on lists beside what they are held against: our own records (house), the suppression file and our own decoys
  (seed). In the same form as identity.person_records. They are compared here and nowhere else: what a list says never
  reaches identity, so no customer's record changes until that customer answers and comes on record.
grain: one row a record
columns:
  record_id: {type: VARCHAR, description: 'Kind and number: name:…, house:…, suppression:…, seed:…', tests: [unique, not_null]}
  source: {type: VARCHAR, description: 'house, suppression, seed, or the list', tests: [not_null]}
  source_id: {type: VARCHAR, description: Number in the source, tests: [not_null]}
  family_name: {type: VARCHAR, description: Family name, pii: direct}
  given_name: {type: VARCHAR, description: Given name, pii: direct}
  family_sound: {type: VARCHAR, description: Family name in Latin letters, pii: direct}
  given_sound: {type: VARCHAR, description: Given name in Latin letters, pii: direct}
  english_name: {type: VARCHAR, description: English forename beside a Chinese name, pii: direct}
  gender: {type: VARCHAR, description: f or m, pii: indirect}
  birth_date: {type: DATE, description: Day of birth, pii: direct}
  email: {type: VARCHAR, description: E-mail address, pii: direct}
  phone: {type: VARCHAR, description: Telephone number, pii: direct}
  address: {type: VARCHAR, description: Street address in simplified characters, pii: direct}
  city: {type: VARCHAR, description: City or town in simplified characters, pii: indirect}
  city_sound: {type: VARCHAR, description: City in Latin letters, pii: indirect}
  postcode: {type: VARCHAR, description: Postcode, pii: indirect}
*/
with
  listed as (
    select
      'name:' || l.list_name_id as record_id,
      l.list_id as source,
      l.list_name_id as source_id,
      -- A name in characters says more than the same name in Latin letters.
      case
        when han_of(l.other_name) is not null and han_of(l.full_name) is null then name_parts(plain_text(l.other_name), l.country)
        else {'family': n.family_name, 'given': n.given_name, 'english': n.english_name}
      end as parts,
      l.gender,
      case
        when l.birth_date < k.delivered_on and l.birth_date not in (date '1900-01-01', date '1970-01-01', date '1901-01-01', date '1899-12-30')
          then l.birth_date
      end as birth_date,
      l.email,
      coalesce(p.e164, p.digits, l.phone) as phone,
      l.address,
      l.city,
      l.postcode,
      l.country
    from staging.list_names as l
    join lists.licences as k on k.list_id = l.list_id
    left join identity.names as n on n.record_kind = 'list_name' and n.record_id = l.list_name_id
    left join identity.phones as p on p.phone = l.phone and p.country = coalesce(l.country, '')
  ),
  stopped as (
    select
      'suppression:' || suppression_id, 'suppression', suppression_id, name_parts(plain_text(full_name), null), null,
      cast(null as date), email, phone, address, null, postcode, null
    from staging.suppressions
    union all
    select
      'seed:' || seed_id, 'seed', seed_id, name_parts(plain_text(full_name), null), null,
      cast(null as date), email, phone, address, null, null, null
    from staging.seeds
  ),
  outside as (
    select * from listed
    union all
    select * from stopped
  ),
  standard as (
    select
      o.record_id,
      o.source,
      o.source_id,
      coalesce(family.simplified, o.parts['family']) as family_name,
      coalesce(given.simplified, o.parts['given']) as given_name,
      case
        when o.country = 'HK' then cantonese_sound(coalesce(family.cantonese, o.parts['family']))
        else coalesce(family.mandarin, o.parts['family'])
      end as family_sound,
      case
        when o.country = 'HK' then cantonese_sound(coalesce(given.cantonese, o.parts['given']))
        else coalesce(given.mandarin, o.parts['given'])
      end as given_sound,
      o.parts['english'] as english_name,
      o.gender,
      o.birth_date,
      o.email,
      o.phone,
      coalesce(line.simplified, o.address) as address,
      coalesce(city.simplified, o.city) as city,
      case
        when o.country = 'HK' then cantonese_sound(coalesce(city.cantonese, o.city))
        else coalesce(city.mandarin, o.city)
      end as city_sound,
      standard_postcode(o.postcode, o.address, o.country) as postcode
    from outside as o
    left join identity.writings as family on family.text = o.parts['family']
    left join identity.writings as given on given.text = o.parts['given']
    left join identity.writings as line on line.text = o.address
    left join identity.writings as city on city.text = o.city
  )
select * from standard
where coalesce(family_name, email, phone, address) is not null
union all
select
  'house:' || record_id, 'house', record_id, family_name, given_name, family_sound, given_sound, english_name, gender,
  birth_date, email, phone, address, city, city_sound, postcode
from identity.person_records
-- A project without lists and suppressions has nothing to hold its records against.
where exists (from staging.list_names) or exists (from staging.suppressions)
