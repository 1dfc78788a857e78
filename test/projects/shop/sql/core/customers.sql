/*
description: Who has ordered
grain: one row a person with an order
columns:
  customer_id: {type: VARCHAR, tests: [unique]}
  full_name: {type: VARCHAR}
  first_order: {type: DATE}
  orders: {type: BIGINT}
  paid: {type: 'DECIMAL(18,4)', description: Reporting currency}
tests:
  - expression: first_order <= as_of()
  - expression: exists (select 1 from staging.people as p where 'P' || p.person_id = customer_id)
    name: is_a_person
*/
with orders as (
  select * from staging.orders
),
totals as (
  select person_id, min(ordered_on) as first_order, count(*) as orders, sum(in_pounds(amount, currency))::decimal(18, 4) as paid
  from orders
  group by person_id
)
select 'P' || person_id as customer_id, people.full_name, first_order, orders, paid
from totals
join staging.people as people using (person_id)
