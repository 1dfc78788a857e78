/*
description: >
  Addresses in parts, and one key a home: two records with the same key are said to live behind the same door. A home
  key needs a house (number or name) with its street or postcode; in Hong Kong and in mainland blocks also the flat.
grain: one row a record with an address
columns:
  record_kind: {type: VARCHAR, description: 'person, organisation or list_name', tests: [not_null]}
  record_id: {type: VARCHAR, description: Record, tests: [not_null]}
  country: {type: VARCHAR, description: ISO 3166-1 alpha-2}
  postcode: {type: VARCHAR, description: 'Postcode as its country writes it; null where it cannot be one', pii: indirect}
  city: {type: VARCHAR, description: City or town as written, pii: indirect}
  district: {type: VARCHAR, description: District}
  street: {type: VARCHAR, description: Street, pii: indirect}
  house_number: {type: VARCHAR, description: House number, pii: indirect}
  building: {type: VARCHAR, description: Name of the building, pii: indirect}
  block: {type: VARCHAR, description: Block, pii: indirect}
  floor: {type: VARCHAR, description: Floor, pii: indirect}
  flat: {type: VARCHAR, description: Flat or room, pii: indirect}
  home_key: {type: VARCHAR, description: The same for everybody behind one door, pii: direct}
tests:
  - unique: [record_kind, record_id]
*/
with
  records as (
    select 'person' as record_kind, person_id as record_id, country, postcode, city, address
    from staging.persons
    union all
    select 'organisation', organisation_id, country, postcode, city, address
    from staging.organisations
    union all
    select 'list_name', list_name_id, country, postcode, city, address
    from staging.list_names
  ),
  -- Taken apart once, however many records have it: households, and names on several lists.
  addresses as (
    select distinct country, postcode, city, address
    from records
    where is_written(address) or postcode is not null or city is not null
  ),
  -- One step's values are the next step's columns: a macro within a macro is written out, and run, many times over.
  written as (
    select country, postcode, city, address, plain_text(address) as line
    from addresses
  ),
  districts as (
    select
      *,
      is_han_line(line) as is_han,
      case when is_han_line(line) then han_district(line) else latin_district(line) end as district
    from written
  ),
  rests as (
    select *, case when is_han then after_district(line, district) end as rest
    from districts
  ),
  parts as (
    select
      country,
      postcode,
      city,
      address,
      standard_postcode(postcode, line, country) as standard_postcode,
      district,
      case when is_han then han_street(rest) else latin_street(line) end as street,
      house_number_of(line) as house_number,
      building_of(line) as building,
      block_of(line) as block,
      floor_of(line) as floor,
      flat_of(line) as flat,
      line,
      is_han
    from rests
  ),
  homes as (
    select
      *,
      case
        when line is null or coalesce(house_number, building) is null or coalesce(street, building, standard_postcode) is null
          then null
        when country in ('CN', 'HK') and flat is null then null
        else concat_ws(
          '|',
          country,
          coalesce(case when country = 'GB' then standard_postcode end, standard_text(city), ''),
          coalesce(case when is_han then standard_text(street) else standard_street(street) end, ''),
          coalesce(house_number, standard_text(building)),
          coalesce(block, ''),
          coalesce(floor, ''),
          coalesce(flat, '')
        )
      end as home_key
    from parts
  )
select
  r.record_kind,
  r.record_id,
  r.country,
  h.standard_postcode as postcode,
  r.city,
  h.district,
  h.street,
  h.house_number,
  h.building,
  h.block,
  h.floor,
  h.flat,
  h.home_key
from records as r
join homes as h
  on h.country is not distinct from r.country
  and h.postcode is not distinct from r.postcode
  and h.city is not distinct from r.city
  and h.address is not distinct from r.address
