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
        when regexp_matches(l.other_name, '\p{Han}') and regexp_matches(l.full_name, '\p{Han}') is not true
          then plain_text(l.other_name)
      end as written,
      n.family_name,
      n.given_name,
      n.english_name,
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
      'suppression:' || suppression_id, 'suppression', suppression_id, plain_text(full_name), null, null, null, null,
      cast(null as date), email, phone, address, null, postcode, null
    from staging.suppressions
    union all
    select
      'seed:' || seed_id, 'seed', seed_id, plain_text(full_name), null, null, null, null,
      cast(null as date), email, phone, address, null, null, null
    from staging.seeds
  ),
  outside as (
    select * from listed
    union all
    select * from stopped
  ),
  -- Step by step, as identity.names does: one macro within the other is written out a thousand times over.
  bodies as (select *, name_body(written) as body from outside),
  scripts as (
    select *, han_of(body) as han, latin_of(body) as latin, capitals_of(latin_of(body)) as capitals
    from bodies
  ),
  parts as (
    select
      *,
      case when han is not null then han_parts(han, false) end as of_han,
      case when han is null then latin_parts(latin, capitals, country) end as of_latin
    from scripts
  ),
  named as (
    select
      * replace (
        coalesce(of_han.family, of_latin.family, family_name) as family_name,
        coalesce(of_han.given, of_latin.given, given_name) as given_name,
        coalesce(of_latin.english, case when han is not null then latin end, english_name) as english_name
      )
    from parts
  ),
  standard as (
    select
      o.record_id,
      o.source,
      o.source_id,
      coalesce(family.simplified, o.family_name) as family_name,
      coalesce(given.simplified, o.given_name) as given_name,
      sound_in(o.country = 'HK', family.cantonese, family.mandarin, o.family_name) as family_sound,
      sound_in(o.country = 'HK', given.cantonese, given.mandarin, o.given_name) as given_sound,
      o.english_name,
      o.gender,
      o.birth_date,
      o.email,
      o.phone,
      coalesce(line.simplified, o.address) as address,
      coalesce(city.simplified, o.city) as city,
      sound_in(o.country = 'HK', city.cantonese, city.mandarin, o.city) as city_sound,
      standard_postcode(o.postcode, o.address, o.country) as postcode
    from named as o
    left join identity.writings as family on family.text = o.family_name
    left join identity.writings as given on given.text = o.given_name
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
