/*
description: >
  How each buyer buys, as seen on two days: this, the as-of day, and prior, migration_days before it. Skewed measures are
  logarithms. Clusters are made of these.
grain: one row a snapshot and customer who had bought by then
columns:
  snapshot: {type: VARCHAR, description: this or prior, tests: [not_null, {accepted_values: [this, prior]}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  silence: {type: DOUBLE, description: ln(1 + days since the last purchase), tests: [not_null]}
  frequency: {type: DOUBLE, description: ln of the purchase days to date, tests: [not_null]}
  spend: {type: DOUBLE, description: ln(1 + gross sales a purchase day), tests: [not_null]}
  breadth: {type: DOUBLE, description: ln(1 + subcategories bought from), tests: [not_null]}
  discount: {type: DOUBLE, description: Discount as a share of list sales, tests: [not_null]}
  online: {type: DOUBLE, description: Share of orders through online channels, tests: [not_null]}
tests:
  - unique: [snapshot, customer_id]
*/
with
  snapshots as (
    select 'this' as snapshot, as_of() as seen_on
    union all
    select 'prior', as_of() - cast(param('migration_days') as integer)
  ),
  bought as (
    select
      s.snapshot,
      any_value(s.seen_on) as seen_on,
      o.customer_id,
      o.kind,
      max(o.ordered_on) as last_on,
      max(o.purchase_number) as purchases,
      count(*) as orders,
      count(*) filter (where o.channel_kind = 'online') as online_orders,
      sum(o.gross_sales) as gross_sales,
      sum(o.list_sales) as list_sales,
      sum(o.discount) as discount
    from snapshots as s
    join core.orders as o on o.ordered_on <= s.seen_on
    where o.customer_id is not null
    group by s.snapshot, o.customer_id, o.kind
  ),
  breadth as (
    select s.snapshot, f.customer_id, count(distinct f.subcategory) as subcategories
    from snapshots as s
    join baskets.first_purchases as f on f.first_on <= s.seen_on
    group by s.snapshot, f.customer_id
  )
select
  b.snapshot,
  b.customer_id,
  b.kind,
  round(ln(1 + (b.seen_on - b.last_on)), 6) as silence,
  round(ln(b.purchases), 6) as frequency,
  round(ln(1 + greatest(0, cast(b.gross_sales as double)) / b.purchases), 6) as spend,
  round(ln(1 + coalesce(w.subcategories, 0)), 6) as breadth,
  round(coalesce(ratio(b.discount, b.list_sales), 0), 6) as discount,
  round(cast(b.online_orders as double) / b.orders, 6) as online
from bought as b
left join breadth as w on w.snapshot = b.snapshot and w.customer_id = b.customer_id
