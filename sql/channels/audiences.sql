/*
description: >
  Customers of stores that closed within the last two years: whose last order was taken by a store that has closed since, and who have
  neither bought elsewhere nor left. Consent is not looked at here: a send asks for it.
grain: one row an action and customer
columns:
  action: {type: VARCHAR, description: Action, tests: [not_null, {accepted_values: [invite_elsewhere]}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  store_id: {type: VARCHAR, description: Store that closed, tests: [not_null]}
  year_margin: {type: 'DECIMAL(18,4)', description: Trading margin of their orders in the 365 days before it closed, tests: [not_null]}
tests:
  - unique: [action, customer_id]
*/
with
  closed as (
    select store_id, closed_on
    from staging.stores
    where closed_on between as_of() - 730 and as_of()
  ),
  last_orders as (
    select customer_id, max({'ordered_on': ordered_on, 'order_id': order_id, 'store_id': store_id}) as last
    from core.orders
    where customer_id is not null and exists (from closed)
    group by customer_id
  ),
  orphans as (
    select l.customer_id, c.store_id, c.closed_on
    from last_orders as l
    join closed as c on c.store_id = l.last.store_id
    join core.customers as k on k.customer_id = l.customer_id and k.left_on is null
    where l.last.ordered_on > c.closed_on - 365
  )
select 'invite_elsewhere' as action, o.customer_id, o.store_id, money(sum(b.trading_margin)) as year_margin
from orphans as o
join core.orders as b on b.customer_id = o.customer_id and b.ordered_on > o.closed_on - 365
group by o.customer_id, o.store_id
