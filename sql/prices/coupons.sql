/*
description: >
  What comes with each coupon: orders, margin, and whether those it won came again. An order with a coupon is not an order
  because of it: what a coupon brought is known only where its campaign had a control (campaigns.results). Came again: bought
  within 180 days of a first order, of first orders that are 180 days old; beside it those won without a coupon.
grain: one row a coupon, and one for orders of the same customers' kind and time without any (coupon_code null)
columns:
  coupon_code: {type: VARCHAR, description: Coupon; null for orders of persons without one since the first coupon}
  orders: {type: BIGINT, description: Orders of the last 365 days, tests: [not_null]}
  customers: {type: BIGINT, description: Customers who ordered, tests: [not_null]}
  new_customers: {type: BIGINT, description: Those whose first order it was, tests: [not_null]}
  list_sales: {type: 'DECIMAL(18,4)', description: Sales at list price, tests: [not_null]}
  discount: {type: 'DECIMAL(18,4)', description: 'Discount given, of the coupon and any other', tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: After discount and returns, tests: [not_null]}
  margin: {type: 'DECIMAL(18,4)', description: Trading margin, tests: [not_null]}
  margin_an_order: {type: DOUBLE, description: margin / orders}
  won: {type: BIGINT, description: 'First orders, 180 days old or more, of all time', tests: [not_null]}
  again: {type: DOUBLE, description: Share of these who bought again within 180 days}
  again_error: {type: DOUBLE, description: Half of its 95 % interval}
tests:
  - unique: [coupon_code]
*/
with
  since as (
    select min(ordered_on) as first_on
    from core.orders
    where coupon_code is not null
  ),
  ordered as (
    select o.*, o.purchase_number = 1 as is_first
    from core.orders as o, since as s
    where o.kind = 'person' and o.ordered_on >= s.first_on
  ),
  recent as (
    select
      coupon_code,
      count(*) as orders,
      count(distinct customer_id) as customers,
      count(*) filter (where is_first) as new_customers,
      sum(list_sales) as list_sales,
      sum(discount) as discount,
      sum(net_sales) as net_sales,
      sum(trading_margin) as margin
    from ordered
    where ordered_on > as_of() - 365
    group by coupon_code
  ),
  firsts as (
    select customer_id, ordered_on, max(coupon_code) as coupon_code
    from ordered
    where is_first and ordered_on <= as_of() - 180
    group by customer_id, ordered_on
  ),
  came_again as (
    select f.coupon_code, count(*) as won, count(*) filter (where p.purchased_on <= f.ordered_on + 180) as again
    from firsts as f
    left join core.purchases as p on p.customer_id = f.customer_id and p.purchase_number = 2
    group by f.coupon_code
  )
select
  r.coupon_code,
  r.orders,
  r.customers,
  r.new_customers,
  money(r.list_sales) as list_sales,
  money(r.discount) as discount,
  money(r.net_sales) as net_sales,
  money(r.margin) as margin,
  ratio(r.margin, r.orders) as margin_an_order,
  coalesce(b.won, 0) as won,
  ratio(b.again, b.won) as again,
  1.96 * sqrt(ratio(b.again, b.won) * (1 - ratio(b.again, b.won)) / b.won) as again_error
from recent as r
left join came_again as b on b.coupon_code is not distinct from r.coupon_code
order by r.coupon_code
