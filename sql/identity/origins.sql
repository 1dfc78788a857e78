/*
description: Which record each value of identity.customers comes from.
grain: one row a customer and field
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  field: {type: VARCHAR, description: 'Column of identity.customers; full_name stands for the name, address for the place', tests: [not_null]}
  record_id: {type: VARCHAR, description: Record that gives the value, tests: [not_null]}
  source: {type: VARCHAR, description: Source of the record}
tests:
  - unique: [customer_id, field]
*/
with
  records as (
    select
      s.customer_id, s.standing, p.person_id as record_id, p.source, p.full_name, p.gender, p.birth_date, p.email,
      p.phone, coalesce(p.address, p.city, p.postcode) as address, p.language
    from staging.persons as p
    join identity.standings as s on s.record_kind = 'person' and s.record_id = p.person_id
    union all
    select
      s.customer_id, s.standing, o.organisation_id, o.source, o.name, null, null, null,
      o.phone, coalesce(o.address, o.city, o.postcode), null
    from staging.organisations as o
    join identity.standings as s on s.record_kind = 'organisation' and s.record_id = o.organisation_id
  ),
  known as (
    select
      customer_id,
      standing,
      record_id,
      source,
      unnest([
        case when full_name is not null then 'full_name' end,
        case when gender is not null then 'gender' end,
        case when birth_date is not null then 'birth_date' end,
        case when email is not null then 'email' end,
        case when phone is not null then 'phone' end,
        case when address is not null then 'address' end,
        case when language is not null then 'language' end
      ]) as field
    from records
  )
select
  customer_id,
  field,
  arg_max(record_id, standing) as record_id,
  arg_max(source, standing) as source
from known
where field is not null
group by customer_id, field
