/*
description: Which household each person is of. A household is called by its oldest customer; most have one member.
grain: one row a customer who is a person
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [unique, not_null]}
  household_id: {type: VARCHAR, description: 'Household: H and the number of its oldest customer', tests: [not_null]}
  members: {type: BIGINT, description: Customers of the household, tests: [{range: {min: 1}}]}
*/
with recursive
  ties as (
    select left_customer_id as here, right_customer_id as there from identity.household_links
    union
    select right_customer_id, left_customer_id from identity.household_links
  ),
  reached as (
    select here as customer_id, here as other from ties
    union
    select r.customer_id, t.there
    from reached as r
    join ties as t on t.here = r.other
  ),
  persons as (
    select customer_id, min(recorded_on) as recorded_on
    from identity.clusters
    where record_kind = 'person'
    group by customer_id
  ),
  headed as (
    select r.customer_id, arg_min(p.customer_id, (coalesce(p.recorded_on, date '9999-12-31'), p.customer_id)) as head
    from reached as r
    join persons as p on p.customer_id = r.other
    group by r.customer_id
  ),
  named as (
    select p.customer_id, 'H' || substr(coalesce(h.head, p.customer_id), 2) as household_id
    from persons as p
    left join headed as h on h.customer_id = p.customer_id
  )
select customer_id, household_id, count(*) over (partition by household_id) as members
from named
