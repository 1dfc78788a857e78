/*
description: What the firm sells.
grain: one row a product
columns:
  product_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the product}
  name: {type: VARCHAR, description: 'Name in English, or in the only language there is'}
  name_zh: {type: VARCHAR, description: Name in Chinese}
  category: {type: VARCHAR, description: Top of the category tree}
  subcategory: {type: VARCHAR, description: Second level of the category tree}
  category_zh: {type: VARCHAR, description: Name of the category in Chinese}
  subcategory_zh: {type: VARCHAR, description: Name of the subcategory in Chinese}
  supplier_id: {type: VARCHAR, description: Supplier}
  supplier_name: {type: VARCHAR, description: Name of the supplier}
  list_price: {type: 'DECIMAL(18,4)', description: 'Price today before any discount, in list_currency'}
  list_currency: {type: VARCHAR, description: ISO 4217}
  unit_cost: {type: 'DECIMAL(18,4)', description: Cost today of one unit in the reporting currency; null when not known}
  launched_on: {type: DATE, description: First day on sale}
  discontinued_on: {type: DATE, description: Last day on sale; null while it is sold}
*/
select
  cast(null as varchar) as product_id,
  cast(null as varchar) as name,
  cast(null as varchar) as name_zh,
  cast(null as varchar) as category,
  cast(null as varchar) as subcategory,
  cast(null as varchar) as category_zh,
  cast(null as varchar) as subcategory_zh,
  cast(null as varchar) as supplier_id,
  cast(null as varchar) as supplier_name,
  cast(null as decimal(18,4)) as list_price,
  cast(null as varchar) as list_currency,
  cast(null as decimal(18,4)) as unit_cost,
  cast(null as date) as launched_on,
  cast(null as date) as discontinued_on
where false
