/*
description: >
  Whom each action on products reaches. bundle: bought one product of a bundle in the last 91 days and the other never.
  promote: the product is one of the three proposed to them (baskets.next_product). Each customer counts once an action.
  Consent is not looked at here: a send asks for it.
grain: one row an action and customer
columns:
  action: {type: VARCHAR, description: Action, tests: [not_null, {accepted_values: [bundle, promote]}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  product_id: {type: VARCHAR, description: Product to offer, tests: [not_null]}
  chance: {type: DOUBLE, description: 'Confidence of the rule, or null'}
tests:
  - unique: [action, customer_id]
*/
with
  rules as (
    select antecedent[1] as has, consequent as wants, confidence
    from baskets.rules
    where basis = 'full' and level = 'product' and items = 2 and lift > 1 and z > 3
  ),
  recent as (
    select distinct customer_id, product_id
    from core.lines
    where line_kind = 'sale' and customer_id is not null and booked_on > as_of() - 91
      and product_id in (select has from rules)
  ),
  bundles as (
    select r.customer_id, max({'confidence': u.confidence, 'product_id': u.wants}) as best
    from recent as r
    join rules as u on u.has = r.product_id
    join products.results as p on p.product_id = u.wants and p.verdict = 'bundle'
    anti join baskets.first_purchases as f on f.customer_id = r.customer_id and f.product_id = u.wants
    group by r.customer_id
  ),
  proposals as (
    select n.customer_id, min({'place': n.place, 'product_id': n.product_id}) as best
    from baskets.next_product as n
    join products.results as p on p.product_id = n.product_id and p.verdict = 'promote'
    join core.customers as c on c.customer_id = n.customer_id and c.left_on is null
    where n.basis = 'full'
    group by n.customer_id
  )
select 'bundle' as action, customer_id, best.product_id as product_id, best.confidence as chance
from bundles
union all
select 'promote', customer_id, best.product_id, null
from proposals
