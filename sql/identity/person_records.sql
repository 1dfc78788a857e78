/*
description: >
  Person records as identity compares them: names in parts, whichever way the source writes them. Erased records hold
  nothing to compare.
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
  birth_date: {type: DATE, description: Day of birth, pii: direct}
  email: {type: VARCHAR, description: E-mail address, pii: direct}
  phone: {type: VARCHAR, description: Telephone number, pii: direct}
  address: {type: VARCHAR, description: Street address, pii: direct}
  city: {type: VARCHAR, description: City or town, pii: indirect}
  city_sound: {type: VARCHAR, description: City in Latin letters, pii: indirect}
  postcode: {type: VARCHAR, description: Postcode, pii: indirect}
*/
with
  written as (
    select
      *,
      trim(full_name) as name,
      is_han(trim(full_name)) as in_characters,
      -- CHAN Tai Man, Peter: the family name in capitals, then the given name, then an English one.
      regexp_matches(trim(full_name), '^\p{Lu}[\p{Lu}''-]+[ ,]') as family_first,
      regexp_matches(trim(full_name), '^\S+ \S+$') as two_words
    from staging.persons
  ),
  placed as (
    select
      *,
      case
        when in_characters and regexp_matches(name, '^(欧阳|歐陽|司徒|司马|司馬|上官|诸葛|諸葛|夏侯|东方|東方|皇甫|尉迟|尉遲|公孙|公孫|慕容|令狐|宇文|长孙|長孫).') then 2
        when in_characters then 1
      end as family_characters,
      country = 'HK' and not in_characters and not family_first and two_words as is_english
    from written
  ),
  parts as (
    select
      person_id as record_id,
      source,
      recorded_on,
      updated_at,
      case
        when family_name is not null then family_name
        when in_characters then left(name, family_characters)
        when family_first or country = 'CN' then split_part(replace(name, ',', ' '), ' ', 1)
        else regexp_extract(name, '(\S+)$', 1)
      end as family_name,
      case
        when is_english then null
        when given_name is not null then given_name
        when in_characters then substr(name, family_characters + 1)
        when family_first or country = 'CN' then regexp_extract(name, '^\S+\s+([^,]+)', 1)
        else regexp_extract(name, '^(.*\S)\s+\S+$', 1)
      end as given_name,
      case
        when is_english then coalesce(given_name, split_part(name, ' ', 1))
        when family_first then nullif(trim(regexp_extract(name, ',(.*)$', 1)), '')
      end as english_name,
      gender,
      birth_date,
      email,
      phone,
      address,
      city,
      postcode,
      country = 'HK' or language = 'zh-HK' as is_cantonese
    from placed
  ),
  readings as (
    select
      map(list(character order by character), list(mandarin order by character)) as mandarin,
      map(list(character order by character), list(cantonese order by character)) as cantonese
    from identity.readings
  )
select
  parts.* exclude (is_cantonese),
  sounded(family_name, case when is_cantonese then cantonese else mandarin end) as family_sound,
  sounded(given_name, case when is_cantonese then cantonese else mandarin end) as given_sound,
  sounded(city, case when is_cantonese then cantonese else mandarin end) as city_sound
from parts
cross join readings
