/*
description: >
  Names of people in parts: title, family, given and English name, whichever way they were written and whatever the
  script. Parts that a source keeps apart are taken as they are. One model reads own records and names on lists alike,
  so that they can be compared; the two stay apart by record_kind.
grain: one row a record with a name
columns:
  record_kind: {type: VARCHAR, description: person or list_name, tests: [not_null]}
  record_id: {type: VARCHAR, description: person_id or list_name_id, tests: [not_null]}
  title: {type: VARCHAR, description: Form of address found in the name}
  family_name: {type: VARCHAR, description: Family name, pii: direct}
  given_name: {type: VARCHAR, description: 'Given name, of which some records keep only the first letter', pii: direct}
  english_name: {type: VARCHAR, description: English forename beside a Chinese name, pii: direct}
  script: {type: VARCHAR, description: han or latin}
tests:
  - unique: [record_kind, record_id]
*/
with
  records as (
    select 'person' as record_kind, person_id as record_id, full_name, family_name, given_name, country
    from staging.persons
    union all
    select 'list_name', list_name_id, full_name, family_name, given_name, country
    from staging.list_names
  ),
  -- Taken apart once, however many records have it.
  spellings as (
    select distinct full_name, family_name, given_name, country
    from records
    where is_written(full_name) or is_written(family_name) or is_written(given_name)
  ),
  written as (
    select
      *, plain_text(full_name) as name, plain_text(family_name) as family_apart, plain_text(given_name) as given_apart
    from spellings
  ),
  named as (
    select * replace (coalesce(name, concat_ws(' ', given_apart, family_apart)) as name)
    from written
  ),
  bodies as (
    select *, title_of(name) as title, name_body(name) as body
    from named
  ),
  scripts as (
    select *, han_of(body) as han, latin_of(body) as latin, capitals_of(latin_of(body)) as capitals
    from bodies
  ),
  parts as (
    select
      *,
      case
        when han is not null
          then han_parts(han, title is not null and (length(han) = 1 or (length(han) = 2 and has_compound_family(han))))
      end as of_han,
      case when han is null then latin_parts(latin, capitals, country) end as of_latin
    from scripts
  ),
  -- An English name alone stands where others have a Chinese one: Peter Chan.
  apart as (
    select
      *,
      of_latin.english is not null and (given_apart is null or given_apart = of_latin.english) and of_latin.given is null
        as is_english
    from parts
  )
select
  r.record_kind,
  r.record_id,
  a.title,
  coalesce(a.family_apart, a.of_han.family, a.of_latin.family) as family_name,
  case when a.is_english is not true then coalesce(a.given_apart, a.of_han.given, a.of_latin.given) end as given_name,
  case
    when a.han is null then a.of_latin.english
    when not contains(a.latin, ' ') then a.latin
  end as english_name,
  case when a.han is null then 'latin' else 'han' end as script
from records as r
join apart as a
  on a.full_name is not distinct from r.full_name
  and a.family_name is not distinct from r.family_name
  and a.given_name is not distinct from r.given_name
  and a.country is not distinct from r.country
