/*
description: When each customer first bought each product. What next_product starts from and is judged by.
grain: one row a customer and product
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  product_id: {type: VARCHAR, description: Product, tests: [not_null]}
  subcategory: {type: VARCHAR, description: 'Its subcategory; empty where it has none', tests: [not_null]}
  first_on: {type: DATE, description: Day of the first purchase, tests: [not_null]}
*/
with
  bought as (
    select customer_id, product_id, min(booked_on) as first_on
    from core.lines
    where line_kind = 'sale' and customer_id is not null and product_id is not null
    group by customer_id, product_id
  )
select b.customer_id, b.product_id, coalesce(i.parent, '') as subcategory, b.first_on
from bought as b
join baskets.items as i on i.level = 'product' and i.item = b.product_id
