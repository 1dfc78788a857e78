/*
description: >
  Buyers and net names of lists by the fields that both have, and nothing that is known only after a purchase. Three in ten of either
  are held out, by a hash of the id. Names that are our customers already, or whose data are purged, are not here.
grain: one row a person who buys or a net name
columns:
  side: {type: VARCHAR, description: buyer or prospect, tests: [not_null, {accepted_values: [buyer, prospect]}]}
  person: {type: VARCHAR, description: Customer or name on a list, tests: [not_null, unique]}
  list_id: {type: VARCHAR, description: List of a prospect}
  is_held_out: {type: BOOLEAN, description: Not learnt from, tests: [not_null]}
  won_on: {type: DATE, description: Day a prospect became a customer; null otherwise}
  country: {type: VARCHAR, description: 'Country, else unknown', tests: [not_null]}
  city: {type: VARCHAR, description: City or town, pii: indirect}
  gender: {type: VARCHAR, description: f or m, pii: indirect}
  age_band: {type: VARCHAR, description: 'Ten years of age on the as-of day, such as 30; null where not known'}
*/
with
  buyers as (
    select
      'buyer' as side, c.customer_id as person, cast(null as varchar) as list_id, cast(null as date) as won_on, i.country, i.city,
      i.gender, i.birth_date
    from core.customers as c
    join identity.customers as i on i.customer_id = c.customer_id
    where c.kind = 'person' and c.purchases > 0
  ),
  prospects as (
    select 'prospect', n.list_name_id, n.list_id, n.house_on, d.country, d.city, d.gender, d.birth_date
    from lists.names as n
    join staging.list_names as d on d.list_name_id = n.list_name_id
    join lists.licences as l on l.list_id = n.list_id
    where n.is_net and not n.is_purged and (n.house_on is null or n.house_on >= l.delivered_on)
  ),
  people as (
    select * from buyers
    union all
    select * from prospects
  )
select
  side,
  person,
  list_id,
  md5_number_lower(person) % 10 < 3 as is_held_out,
  won_on,
  coalesce(country, 'unknown') as country,
  city,
  gender,
  case
    when date_diff('year', birth_date, as_of()) between 16 and 99
      then cast(10 * (date_diff('year', birth_date, as_of()) // 10) as varchar)
  end as age_band
from people
