/*
description: >
  Pieces sent to each customer by medium, and how many were answered (a click, a call, an order with the code). Expected: the
  customer's answers of all media, divided as everybody answers to the same pieces; so that who answers much is not taken for
  one who likes a medium.
grain: one row a customer and medium by which a piece was sent
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  medium: {type: VARCHAR, description: Medium, tests: [not_null]}
  pieces: {type: BIGINT, description: Pieces sent, tests: [{range: {min: 1}}]}
  pieces_90: {type: BIGINT, description: Those of the last 90 days, tests: [not_null]}
  pieces_365: {type: BIGINT, description: Those of the last 365 days, tests: [not_null]}
  cost_365: {type: 'DECIMAL(18,4)', description: What these cost, tests: [not_null]}
  returned: {type: BIGINT, description: Those that came back undelivered, tests: [not_null]}
  last_on: {type: DATE, description: Day of the last piece, tests: [not_null]}
  answered: {type: BIGINT, description: Pieces answered, tests: [not_null]}
  answered_365: {type: BIGINT, description: Those of them sent in the last 365 days, tests: [not_null]}
  share: {type: DOUBLE, description: Share of the customer's answers that this medium would have if all were like everybody; null without an answer by anybody}
tests:
  - unique: [customer_id, medium]
*/
with
  answered as (
    select distinct contact_id
    from staging.responses
    where contact_id is not null and cast(responded_at as date) <= as_of()
  ),
  pieces as (
    select
      k.customer_id,
      c.medium,
      c.contacted_on,
      c.cost,
      c.delivered,
      a.contact_id is not null as is_answered
    from staging.contacts as c
    join identity.clusters as k
      on k.record_kind = case when c.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(c.person_id, c.organisation_id)
    left join answered as a on a.contact_id = c.contact_id
    where c.cell = 'treatment' and c.medium is not null and c.medium <> 'programme' and c.contacted_on <= as_of()
  ),
  sums as (
    select
      customer_id,
      medium,
      count(*) as pieces,
      count(*) filter (where contacted_on > as_of() - 90) as pieces_90,
      count(*) filter (where contacted_on > as_of() - 365) as pieces_365,
      money(coalesce(sum(cost) filter (where contacted_on > as_of() - 365), 0)) as cost_365,
      count(*) filter (where not delivered) as returned,
      max(contacted_on) as last_on,
      count(*) filter (where is_answered) as answered,
      count(*) filter (where is_answered and contacted_on > as_of() - 365) as answered_365
    from pieces
    group by customer_id, medium
  ),
  likely as (
    select *, pieces * ratio(sum(answered) over (partition by medium), sum(pieces) over (partition by medium)) as expected
    from sums
  )
select * exclude (expected), settled(ratio(expected, sum(expected) over (partition by customer_id))) as share
from likely
