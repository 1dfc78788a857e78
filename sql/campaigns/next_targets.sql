/*
description: >
  Whom to send to next, and what: of the offers that may be rolled out, the one that is expected to earn most from the customer,
  given the segment they stand in today. Left out: no consent to the medium, over-contacted, already drawn for a run that is
  open, of a kind or market the offer was not sent to, a segment that it did not reach, and whoever is not expected to respond
  above break-even.
grain: one row a customer
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [unique, not_null]}
  offer_id: {type: VARCHAR, description: Offer, tests: [not_null]}
  medium: {type: VARCHAR, description: Medium, tests: [not_null]}
  segment: {type: VARCHAR, description: 'Segment today; Outside without a purchase in its window, Prospect without any', tests: [not_null]}
  expected_lift: {type: DOUBLE, description: 'Expected lift of the segment', tests: [not_null]}
  break_even: {type: DOUBLE, description: Break-even of the offer, tests: [not_null]}
  expected_profit: {type: 'DECIMAL(18,4)', description: 'Expected lift × margin of a buyer − a piece, before the fixed cost', tests: [not_null]}
tests:
  - expression: expected_lift > break_even
*/
with
  reached as (
    select distinct r.offer_id, u.kind, u.market
    from campaigns.units as u
    join campaigns.results as r on r.campaign_id = u.campaign_id
    where not u.is_list
  ),
  drawn as (
    select distinct r.offer_id, u.customer_id
    from campaigns.units as u
    join campaigns.results as r on r.campaign_id = u.campaign_id
    where not r.is_over and u.customer_id is not null
  ),
  chances as (
    select
      c.customer_id,
      s.offer_id,
      o.medium,
      s.segment,
      s.expected_lift,
      s.break_even,
      money(s.expected_lift * s.margin_per_buyer - o.variable_cost) as expected_profit
    from contacts.customers as c
    join core.customers as k on k.customer_id = c.customer_id
    left join rfm.customers as f on f.customer_id = c.customer_id
    join campaigns.segments as s
      on s.segment = coalesce(f.segment, case when k.purchases = 0 then 'Prospect' else 'Outside' end)
    join campaigns.offers as o on o.offer_id = s.offer_id
    join reached as h on h.offer_id = s.offer_id and h.kind = c.kind and h.market = c.market
    join contacts.permitted as p on p.customer_id = c.customer_id and p.channel = o.medium
    left join drawn as d on d.offer_id = s.offer_id and d.customer_id = c.customer_id
    where o.verdict = 'roll_out' and not c.is_over_contacted and d.customer_id is null and s.expected_lift > s.break_even
      -- Segments that the offer hardly reached were not in its audience.
      and s.treated >= 0.02 * o.treated
  )
select *
from chances
qualify row_number() over (partition by customer_id order by expected_profit desc, offer_id) = 1
