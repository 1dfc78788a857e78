/*
description: >
  Why two customers are held to be of one household: they live behind one door, are declared to be married or family,
  share an account, a telephone number or an e-mail address. A family name decides nothing: Chinese couples keep theirs.
  Every record of a customer counts, not only the one that gives the address: one system hears of a move before the
  other. A door written in characters and in Latin letters is one where all numbers agree and the street sounds alike.
  What more than a handful of customers share (a hotel, a switchboard) says nothing. Family who are known to live
  behind another door are not of the household; married couples are.
grain: one row a pair of customers and reason
columns:
  left_customer_id: {type: VARCHAR, description: One customer, tests: [not_null]}
  right_customer_id: {type: VARCHAR, description: The other customer, tests: [not_null]}
  reason: {type: VARCHAR, description: What ties the two, tests: [{accepted_values: [home, phone, email, spouse, family, account]}]}
tests:
  - unique: [left_customer_id, right_customer_id, reason]
*/
with
  doors as (
    select
      a.record_id,
      a.home_key,
      a.country,
      a.postcode,
      concat_ws('|', a.house_number, coalesce(a.block, ''), coalesce(a.floor, ''), a.flat) as numbers,
      case
        when w.text is not null and a.country = 'HK' then cantonese_sound(w.cantonese)
        when w.text is not null then standard_name(w.mandarin)
      end as spoken_line,
      case when w.text is null and a.country = 'HK' then cantonese_sound(street_name(a.street))
        when w.text is null then standard_name(street_name(a.street))
      end as spoken_street
    from identity.addresses as a
    join staging.persons as p on p.person_id = a.record_id
    left join identity.writings as w on w.text = p.address
    where a.record_kind = 'person' and a.home_key is not null
  ),
  -- A home in Latin letters takes the key of the one in characters.
  same_doors as (
    select latin.home_key, min(han.home_key) as also_key
    from doors as latin
    join doors as han on han.country = latin.country and han.numbers = latin.numbers
    where latin.country in ('CN', 'HK')
      and length(latin.spoken_street) >= 4
      and contains(han.spoken_line, latin.spoken_street)
      and coalesce(han.postcode = latin.postcode, true)
    group by latin.home_key
  ),
  homes as (
    select distinct c.customer_id, coalesce(s.also_key, d.home_key) as point
    from doors as d
    join identity.clusters as c on c.record_kind = 'person' and c.record_id = d.record_id
    left join same_doors as s on s.home_key = d.home_key
  ),
  points as (
    select 'home' as reason, customer_id, point, 8 as most from homes
    union all
    select distinct 'phone', c.customer_id, r.phone, 5
    from identity.person_records as r
    join identity.clusters as c on c.record_kind = 'person' and c.record_id = r.record_id
    where r.phone is not null
    union all
    select distinct 'email', c.customer_id, standard_email(r.email), 5
    from identity.person_records as r
    join identity.clusters as c on c.record_kind = 'person' and c.record_id = r.record_id
    where standard_email(r.email) is not null
  ),
  shared as (
    select reason, point
    from points
    group by reason, point
    having count(*) between 2 and any_value(most)
  ),
  together as (
    select l.customer_id as one, r.customer_id as other, l.reason
    from shared as s
    join points as l on l.reason = s.reason and l.point = s.point
    join points as r on r.reason = s.reason and r.point = s.point and r.customer_id > l.customer_id
  ),
  known as (select customer_id, list(point) as points from homes group by customer_id),
  declared as (
    select t.from_customer_id as one, t.to_customer_id as other, t.kind as reason
    from identity.relations as t
    left join known as l on l.customer_id = t.from_customer_id
    left join known as r on r.customer_id = t.to_customer_id
    where t.kind in ('spouse', 'family', 'account')
      and t.from_kind = 'person'
      and t.to_kind = 'person'
      and (t.kind <> 'family' or coalesce(list_has_any(l.points, r.points), true))
  )
select distinct least(one, other) as left_customer_id, greatest(one, other) as right_customer_id, reason
from (
  select * from together
  union all
  select * from declared
)
