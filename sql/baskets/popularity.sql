/*
description: How often products stood in the baskets of a basis, and within their subcategory.
grain: one row a basis and product
tags: [whole_firm]
columns:
  basis: {type: VARCHAR, description: calibration or full, tests: [not_null]}
  product_id: {type: VARCHAR, description: Product, tests: [not_null]}
  subcategory: {type: VARCHAR, description: 'Its subcategory; empty where it has none', tests: [not_null]}
  orders: {type: BIGINT, description: Orders with it, tests: [not_null]}
  place: {type: BIGINT, description: 1 the most frequent of all, tests: [not_null]}
  place_in_subcategory: {type: BIGINT, description: 1 the most frequent of its subcategory, tests: [not_null]}
  share_of_subcategory: {type: DOUBLE, description: 'Its orders as a share of those of all products of the subcategory', tests: [not_null]}
  subcategory_share: {type: DOUBLE, description: 'Orders of all products of the subcategory as a share of all product orders', tests: [not_null]}
tests:
  - unique: [basis, product_id]
*/
with
  unnested as (
    select basis, unnest(items) as item_number, orders
    from baskets.patterns
    where level = 'product'
  ),
  counted as (
    select u.basis, i.item as product_id, coalesce(i.parent, '') as subcategory, cast(sum(u.orders) as bigint) as orders
    from unnested as u
    join baskets.items as i on i.level = 'product' and i.item_number = u.item_number
    group by u.basis, i.item, i.parent
  )
select
  basis,
  product_id,
  subcategory,
  orders,
  row_number() over (partition by basis order by orders desc, product_id) as place,
  row_number() over (partition by basis, subcategory order by orders desc, product_id) as place_in_subcategory,
  orders / sum(orders) over (partition by basis, subcategory) as share_of_subcategory,
  sum(orders) over (partition by basis, subcategory) / sum(orders) over (partition by basis) as subcategory_share
from counted
