/*
description: >
  Who decides, buys, uses and influences at each organisation, whichever of its accounts names them. A contact person who
  buys for themselves as well is tied to that customer when the tie is declared, or when e-mail address or telephone
  belong to exactly one person. A person on two accounts of one organisation is one member of its unit.
grain: one row an organisation, contact person and role
columns:
  organisation_customer_id: {type: VARCHAR, description: Organisation as a customer, tests: [not_null]}
  contact_id: {type: VARCHAR, description: Number of the contact person, tests: [unique, not_null]}
  role: {type: VARCHAR, description: 'decider, buyer, user or influencer'}
  person_customer_id: {type: VARCHAR, description: The same person as a customer of their own}
  tied_by: {type: VARCHAR, description: 'declared, email or phone', tests: [{accepted_values: [declared, email, phone]}]}
  recorded_on: {type: DATE, description: Day the record was made}
*/
with
  contacts as (
    select k.*, o.country
    from staging.organisation_contacts as k
    left join staging.organisations as o on o.organisation_id = k.organisation_id
  ),
  by_email as (
    select standard_email(r.email) as email, min(c.customer_id) as customer_id
    from identity.person_records as r
    join identity.clusters as c on c.record_kind = 'person' and c.record_id = r.record_id
    where standard_email(r.email) is not null
    group by standard_email(r.email)
    having count(distinct c.customer_id) = 1
  ),
  by_phone as (
    select r.phone, min(c.customer_id) as customer_id
    from identity.person_records as r
    join identity.clusters as c on c.record_kind = 'person' and c.record_id = r.record_id
    where r.phone is not null
    group by r.phone
    having count(distinct c.customer_id) = 1
  ),
  tied as (
    select
      o.customer_id as organisation_customer_id,
      k.contact_id,
      k.role,
      declared.customer_id as declared_id,
      e.customer_id as email_id,
      p.customer_id as phone_id,
      k.recorded_on,
      standard_text(k.full_name) as name
    from contacts as k
    join identity.clusters as o on o.record_kind = 'organisation' and o.record_id = k.organisation_id
    left join identity.clusters as declared on declared.record_kind = 'person' and declared.record_id = k.person_id
    left join by_email as e on e.email = standard_email(k.email)
    left join identity.phones as n on n.phone = k.phone and n.country = coalesce(k.country, '')
    left join by_phone as p on p.phone = coalesce(n.e164, n.digits)
  )
select
  organisation_customer_id,
  contact_id,
  role,
  coalesce(declared_id, email_id, phone_id) as person_customer_id,
  case
    when declared_id is not null then 'declared'
    when email_id is not null then 'email'
    when phone_id is not null then 'phone'
  end as tied_by,
  recorded_on
from tied
qualify row_number() over (
  partition by organisation_customer_id, role, coalesce(declared_id, email_id, phone_id, name, contact_id)
  order by recorded_on nulls last, contact_id
) = 1
