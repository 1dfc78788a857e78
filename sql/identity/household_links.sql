/*
description: >
  Why two customers are held to be of one household: they live behind one door, are declared to be married or family,
  share an account, a telephone number or an e-mail address. A family name decides nothing: Chinese couples keep theirs.
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
  points as (
    select 'home' as reason, c.customer_id, a.home_key as point, 8 as most
    from identity.addresses as a
    join identity.origins as o on o.field = 'address' and o.record_id = a.record_id
    join identity.clusters as c on c.record_kind = 'person' and c.record_id = a.record_id and c.customer_id = o.customer_id
    where a.record_kind = 'person' and a.home_key is not null
    union
    select 'phone', c.customer_id, r.phone, 5
    from identity.person_records as r
    join identity.clusters as c on c.record_kind = 'person' and c.record_id = r.record_id
    where r.phone is not null
    union
    select 'email', c.customer_id, standard_email(r.email), 5
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
  homes as (select customer_id, point from points where reason = 'home'),
  declared as (
    select t.from_customer_id as one, t.to_customer_id as other, t.kind as reason
    from identity.relations as t
    left join homes as l on l.customer_id = t.from_customer_id
    left join homes as r on r.customer_id = t.to_customer_id
    where t.kind in ('spouse', 'family', 'account')
      and t.from_kind = 'person'
      and t.to_kind = 'person'
      and (t.kind <> 'family' or coalesce(l.point = r.point, true))
  )
select distinct least(one, other) as left_customer_id, greatest(one, other) as right_customer_id, reason
from (
  select * from together
  union all
  select * from declared
)
