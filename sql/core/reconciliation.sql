/*
description: >
  The order lines of staging, counted by what the warehouse made of them. Amounts are in reporting currency; cancelled
  orders are counted and no sale. The rows marked as parts add up to all lines; cleaned is a subset: a sale line of a known customer.
grain: one row a class of lines
columns:
  position: {type: INTEGER, description: Order to show them in, tests: [not_null, unique]}
  class: {type: VARCHAR, description: Class of lines, tests: [not_null, unique]}
  is_part: {type: BOOLEAN, description: One of the parts that make up all lines, tests: [not_null]}
  lines: {type: BIGINT, description: Lines, tests: [not_null]}
  orders: {type: BIGINT, description: Documents they stand on, tests: [not_null]}
  customers: {type: BIGINT, description: Known customers they belong to, tests: [not_null]}
  net_amount: {type: 'DECIMAL(18,4)', description: Net amount in reporting currency; null where there is no rate, tests: [not_null]}
*/
with
  booked as (
    select
      l.line_id,
      l.order_id,
      k.customer_id,
      o.status,
      line_kind(l.quantity, l.net_amount) as line_kind,
      l.quantity,
      l.unit_price,
      times(l.net_amount, r.rate) as net_amount
    from staging.order_lines as l
    join staging.orders as o on o.order_id = l.order_id
    left join identity.clusters as k
      on k.record_kind = o.customer_kind
      and k.record_id = case o.customer_kind when 'person' then o.person_id when 'organisation' then o.organisation_id end
    left join core.rates as r on r.currency = o.currency and r.rate_date = cast(o.ordered_at as date)
    where cast(o.ordered_at as date) <= as_of()
  ),
  classed as (
    select 1 as position, * from booked
    union all
    select 2, * from booked where status = 'completed' and line_kind = 'sale'
    union all
    select 3, * from booked where status = 'completed' and line_kind = 'return'
    union all
    select 4, * from booked where status = 'completed' and line_kind = 'free'
    union all
    select 5, * from booked where status = 'completed' and line_kind = 'adjustment'
    union all
    select 6, * from booked where status <> 'completed'
    union all
    select 7, * from booked where status = 'completed' and customer_id is null
    union all
    select 8, * from booked where unit_price = 0
    union all
    select 9, * from booked where unit_price < 0
    union all
    select 10, * from booked
    where status = 'completed' and line_kind = 'sale' and customer_id is not null
  ),
  counted as (
    select
      position, count(*) as lines, count(distinct order_id) as orders, count(distinct customer_id) as customers,
      sum(net_amount) as net_amount
    from classed
    group by position
  ),
  classes (position, class, is_part) as (
    values
      (1, 'all', false), (2, 'sale', true), (3, 'return', true), (4, 'free', true), (5, 'adjustment', true),
      (6, 'cancelled_order', true), (7, 'without_customer', false), (8, 'zero_price', false),
      (9, 'negative_price', false), (10, 'cleaned', false)
  )
select
  c.position,
  c.class,
  c.is_part,
  coalesce(n.lines, 0) as lines,
  coalesce(n.orders, 0) as orders,
  coalesce(n.customers, 0) as customers,
  money(coalesce(n.net_amount, 0)) as net_amount
from classes as c
left join counted as n on n.position = c.position
order by c.position
