/*
description: >
  Distinct baskets of the last basket_days, at every level of the tree of products, with how many orders hold just these items:
  all that the search for rules needs to know of the orders. Two bases: full ends on the as-of day, calibration holdout_days
  before it, so that what follows from it can be judged.
grain: one row a basis, level and distinct basket
columns:
  basis: {type: VARCHAR, description: calibration or full, tests: [not_null, {accepted_values: [calibration, full]}]}
  level: {type: VARCHAR, description: 'category, subcategory or product', tests: [not_null]}
  items: {type: 'INTEGER[]', description: 'Numbers of the items, ascending', tests: [not_null]}
  orders: {type: BIGINT, description: Orders with just these items, tests: [{range: {min: 1}}]}
*/
with
  ends as (
    select 'full' as basis, as_of() as ends_on
    union all
    select 'calibration', as_of() - cast(param('holdout_days') as integer)
  ),
  numbered as (
    select p.item as product_id, p.item_number as product, s.item_number as subcategory, c.item_number as category
    from baskets.items as p
    left join baskets.items as s on s.level = 'subcategory' and s.item = p.parent
    left join baskets.items as c on c.level = 'category' and c.item = s.parent
    where p.level = 'product'
  ),
  orders as (
    select
      l.order_id,
      min(l.booked_on) as booked_on,
      list(n.product) as product,
      list(n.subcategory) filter (where n.subcategory is not null) as subcategory,
      list(n.category) filter (where n.category is not null) as category
    from core.lines as l
    join numbered as n on n.product_id = l.product_id
    where l.line_kind = 'sale'
      and l.booked_on > as_of() - cast(param('holdout_days') as integer) - cast(param('basket_days') as integer)
    group by l.order_id
  ),
  levels as (
    select booked_on, 'product' as level, product as items from orders
    union all
    select booked_on, 'subcategory', subcategory from orders where subcategory is not null
    union all
    select booked_on, 'category', category from orders where category is not null
  ),
  days as (
    select booked_on, level, list_sort(list_distinct(items)) as items, count(*) as orders
    from levels
    group by all
  )
select e.basis, d.level, d.items, cast(sum(d.orders) as bigint) as orders
from ends as e
join days as d on d.booked_on > e.ends_on - cast(param('basket_days') as integer) and d.booked_on <= e.ends_on
group by e.basis, d.level, d.items
