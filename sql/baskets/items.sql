/*
description: Every category, subcategory and product that was ever sold or stands in the list of products, with the number it has in baskets.
grain: one row a level and item
tags: [reference]
columns:
  level: {type: VARCHAR, description: 'category, subcategory or product', tests: [not_null, {accepted_values: [category, subcategory, product]}]}
  item_number: {type: INTEGER, description: Number within the level, tests: [not_null]}
  item: {type: VARCHAR, description: 'Product number, or name of the category or subcategory', tests: [not_null]}
  parent: {type: VARCHAR, description: 'Subcategory of a product, category of a subcategory'}
  name: {type: VARCHAR, description: 'Name, else the number', tests: [not_null]}
  name_zh: {type: VARCHAR, description: Name in Chinese}
tests:
  - unique: [level, item]
  - unique: [level, item_number]
*/
with
  products as (
    select l.product_id, any_value(p.name) as name, any_value(p.name_zh) as name_zh, any_value(p.category) as category,
      any_value(p.subcategory) as subcategory, any_value(p.category_zh) as category_zh, any_value(p.subcategory_zh) as subcategory_zh
    from (select product_id from core.lines where product_id is not null union select product_id from staging.products) as l
    left join staging.products as p on p.product_id = l.product_id
    group by l.product_id
  ),
  items as (
    select 'product' as level, product_id as item, subcategory as parent, coalesce(name, product_id) as name, name_zh
    from products
    union all
    select 'subcategory', subcategory, min(category), subcategory, min(subcategory_zh)
    from products
    where subcategory is not null
    group by subcategory
    union all
    select 'category', category, null, category, min(category_zh)
    from products
    where category is not null
    group by category
  )
select level, cast(row_number() over (partition by level order by item) as integer) as item_number, item, parent, name, name_zh
from items
