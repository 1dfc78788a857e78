/*
description: >
  Three products to propose to each buyer, none of which they have bought before, from the thirty most frequent. The chance of a
  product is its share of its subcategory's orders × the buyer's own taste for the subcategory (the products they have bought in it, as a
  share, drawn towards the base's share as if they had bought ten products more like everybody) × the lift of the best rule whose
  one antecedent is a subcategory of their last order. The calibration basis knows what was bought up to its end, and
  proposes to those who bought after it (of more than 4,000 to every so many-th, by a hash of the id), to be judged (baskets.evidence).
grain: one row a basis, customer and place
columns:
  basis: {type: VARCHAR, description: calibration or full, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  place: {type: INTEGER, description: 1 the best, tests: [not_null, {range: {min: 1, max: 3}}]}
  product_id: {type: VARCHAR, description: Product, tests: [not_null]}
  taste: {type: DOUBLE, description: The buyer's taste for its subcategory against the base's share; 1 is like everybody, tests: [not_null]}
  rule: {type: BIGINT, description: 'Rule of baskets.rules, level subcategory, that raises it; null without one'}
  score: {type: DOUBLE, description: 'What they are ranked by: shares of orders, taste and lift multiplied', tests: [not_null]}
tests:
  - unique: [basis, customer_id, place]
*/
with
  ends as (
    select 'full' as basis, as_of() as ends_on
    union all
    select 'calibration', as_of() - cast(param('holdout_days') as integer)
  ),
  later as (
    select distinct customer_id
    from core.purchases
    where purchased_on > as_of() - cast(param('holdout_days') as integer)
  ),
  later_buyers as (
    select customer_id
    from later
    where md5_number_lower(customer_id) % (select greatest(1, cast(ceil(count(*) / 4000.0) as bigint)) from later) = 0
  ),
  buyers as (
    select e.basis, e.ends_on, p.customer_id, max(p.purchased_on) as last_on
    from ends as e
    join core.purchases as p on p.purchased_on <= e.ends_on
    where e.basis = 'full' or p.customer_id in (select customer_id from later_buyers)
    group by e.basis, e.ends_on, p.customer_id
  ),
  owned as (
    select b.basis, b.customer_id, f.product_id, f.subcategory
    from buyers as b
    join baskets.first_purchases as f on f.customer_id = b.customer_id and f.first_on <= b.ends_on
  ),
  mixes as (
    select basis, customer_id, subcategory, count(*) as products
    from owned
    group by basis, customer_id, subcategory
  ),
  sizes as (
    select basis, customer_id, sum(products) as products
    from mixes
    group by basis, customer_id
  ),
  last_baskets as (
    select distinct b.basis, b.customer_id, coalesce(i.parent, '') as subcategory
    from buyers as b
    join core.lines as l on l.customer_id = b.customer_id and l.booked_on = b.last_on and l.line_kind = 'sale'
    join baskets.items as i on i.level = 'product' and i.item = l.product_id
  ),
  rules as (
    select b.basis, b.customer_id, r.consequent as subcategory, max(r.lift) as lift, min(r.rule) as rule
    from last_baskets as b
    join baskets.rules as r
      on r.basis = b.basis and r.level = 'subcategory' and r.items = 2 and r.lift > 1 and r.antecedent[1] = b.subcategory
    group by b.basis, b.customer_id, r.consequent
  ),
  subcategories as (
    select distinct basis, subcategory, subcategory_share
    from baskets.popularity
    where place <= 30
  ),
  tastes as (
    select
      s.basis,
      s.customer_id,
      c.subcategory,
      (coalesce(m.products, 0) + 10 * c.subcategory_share) / (s.products + 10) / c.subcategory_share as taste,
      coalesce(r.lift, 1) as lift,
      r.rule
    from sizes as s
    join subcategories as c on c.basis = s.basis
    left join mixes as m on m.basis = s.basis and m.customer_id = s.customer_id and m.subcategory = c.subcategory
    left join rules as r on r.basis = s.basis and r.customer_id = s.customer_id and r.subcategory = c.subcategory
  ),
  scored as (
    select
      t.basis, t.customer_id,
      {
        'score': p.subcategory_share * p.share_of_subcategory * t.taste * t.lift,
        'later': -p.place, 'product_id': p.product_id, 'taste': t.taste, 'rule': t.rule
      } as proposal
    from tastes as t
    join baskets.popularity as p on p.basis = t.basis and p.subcategory = t.subcategory and p.place <= 30
    anti join owned as o on o.basis = t.basis and o.customer_id = t.customer_id and o.product_id = p.product_id
  ),
  best as (
    select basis, customer_id, max(proposal, 3) as proposals
    from scored
    group by basis, customer_id
  ),
  places as (
    select basis, customer_id, unnest(range(1, len(proposals) + 1)) as place, proposals
    from best
  )
select
  basis,
  customer_id,
  cast(place as integer) as place,
  proposals[place].product_id as product_id,
  proposals[place].taste as taste,
  proposals[place].rule as rule,
  proposals[place].score as score
from places
