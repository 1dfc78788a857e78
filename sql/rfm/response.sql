/*
description: >
  How the customers of each cell answered the contacts since the earlier snapshot, and whether it paid. Cells are those of the
  earlier snapshot, before any of these contacts; a response is a purchase within response_days after a contact, counted for
  contacts whose time is over. Break-even is the response that pays for a piece: its cost, with its share of what the campaign
  cost as a whole, over the mean margin of a purchase of that kind of customer in the year before the snapshot. Index =
  100 × (response − break-even) / break-even: below zero, leave them out. Purchases that would have come anyway are in it: the
  response of the control cells stands beside it, where there were any.
grain: one row a kind of customer and cell of the earlier snapshot that was contacted
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  cell: {type: INTEGER, description: 'The three independent scores, as 545', tests: [not_null]}
  r: {type: INTEGER, description: Recency score, tests: [not_null]}
  f: {type: INTEGER, description: Frequency score, tests: [not_null]}
  m: {type: INTEGER, description: Monetary score, tests: [not_null]}
  segment: {type: VARCHAR, description: Segment of the cell, tests: [not_null]}
  contacts: {type: BIGINT, description: Contacts sent, tests: [not_null]}
  responses: {type: BIGINT, description: Those followed by a purchase, tests: [not_null]}
  response: {type: DOUBLE, description: responses / contacts}
  controls: {type: BIGINT, description: Customers of control cells, tests: [not_null]}
  control_responses: {type: BIGINT, description: Those of them who bought in the same time, tests: [not_null]}
  cost: {type: 'DECIMAL(18,4)', description: 'Cost of the contacts, with their share of fixed costs', tests: [not_null]}
  margin: {type: 'DECIMAL(18,4)', description: Mean trading margin of a purchase of the kind in the year before}
  break_even: {type: DOUBLE, description: Response at which the contacts pay; null where a purchase leaves no margin}
  index: {type: DOUBLE, description: 100 × (response − break_even) / break_even; null where contacts cost nothing}
tests:
  - unique: [kind, cell]
  - expression: responses <= contacts
*/
with
  sent as (
    select
      k.customer_id,
      c.contact_id,
      c.campaign_id,
      c.contacted_on,
      c.cell = 'control' as is_control,
      coalesce(c.cost, 0) as cost
    from staging.contacts as c
    join identity.clusters as k
      on k.record_kind = case when c.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(c.person_id, c.organisation_id)
    where c.contacted_on > as_of() - cast(param('migration_days') as integer)
      and c.contacted_on <= as_of() - cast(param('response_days') as integer)
  ),
  pieces as (
    select campaign_id, count(*) as pieces
    from staging.contacts
    where cell is distinct from 'control'
    group by campaign_id
  ),
  shares as (
    select p.campaign_id, coalesce(ratio(m.fixed_cost, p.pieces), 0) as fixed_each
    from pieces as p
    left join staging.campaigns as m on m.campaign_id = p.campaign_id
  ),
  answered as (
    select s.contact_id, bool_or(p.purchased_on is not null) as has_bought
    from sent as s
    left join core.purchases as p
      on p.customer_id = s.customer_id
      and p.purchased_on > s.contacted_on
      and p.purchased_on <= s.contacted_on + cast(param('response_days') as integer)
    group by s.contact_id
  ),
  margins as (
    select kind, money(ratio(sum(trading_margin), count(*))) as margin
    from core.purchases
    where purchased_on <= as_of() - cast(param('migration_days') as integer)
      and purchased_on > as_of() - cast(param('migration_days') as integer) - 365
    group by kind
  ),
  cells as (
    select
      r.kind,
      r.cell,
      r.r,
      r.f,
      r.m,
      r.segment,
      count(*) filter (where not s.is_control) as contacts,
      count(*) filter (where not s.is_control and a.has_bought) as responses,
      count(*) filter (where s.is_control) as controls,
      count(*) filter (where s.is_control and a.has_bought) as control_responses,
      coalesce(sum(s.cost + money(coalesce(h.fixed_each, 0))) filter (where not s.is_control), 0) as cost
    from sent as s
    join answered as a on a.contact_id = s.contact_id
    join rfm.scores as r on r.snapshot = 'prior' and r.customer_id = s.customer_id
    left join shares as h on h.campaign_id = s.campaign_id
    group by r.kind, r.cell, r.r, r.f, r.m, r.segment
  ),
  rates as (
    select
      c.*,
      m.margin,
      ratio(c.responses, c.contacts) as response,
      case when m.margin > 0 then ratio(ratio(c.cost, c.contacts), m.margin) end as break_even
    from cells as c
    left join margins as m on m.kind = c.kind
  )
select
  kind,
  cell,
  r,
  f,
  m,
  segment,
  contacts,
  responses,
  response,
  controls,
  control_responses,
  money(cost) as cost,
  margin,
  break_even,
  break_even_index(response, break_even) as index
from rates
order by kind, cell
