/*
description: Resemblance to buyers, the sum of the weights of what is known of a person; nothing known counts 0, whichever side it is of.
grain: one row a person who buys or a net name
columns:
  side: {type: VARCHAR, description: buyer or prospect, tests: [not_null]}
  person: {type: VARCHAR, description: Customer or name on a list, tests: [not_null, unique]}
  list_id: {type: VARCHAR, description: List of a prospect}
  is_held_out: {type: BOOLEAN, description: Not learnt from, tests: [not_null]}
  won_on: {type: DATE, description: Day a prospect became a customer}
  score: {type: DOUBLE, description: 'Above 0: more like buyers than like the names on lists', tests: [not_null]}
*/
select
  p.side,
  p.person,
  p.list_id,
  p.is_held_out,
  p.won_on,
  round(coalesce(n.weight, 0) + coalesce(c.weight, 0) + coalesce(g.weight, 0) + coalesce(a.weight, 0), 6) as score
from lookalikes.people as p
left join lookalikes.weights as n on n.field = 'country' and n.value = p.country
left join lookalikes.weights as c on c.field = 'city' and c.country = p.country and c.value = p.city
left join lookalikes.weights as g on g.field = 'gender' and g.country = p.country and g.value = p.gender
left join lookalikes.weights as a on a.field = 'age_band' and a.country = p.country and a.value = p.age_band
