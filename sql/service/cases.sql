/*
description: >
  Service requests, repairs and complaints up to the as-of day, with the purchase they are about: that of the order named, else the customer's
  last before the case. Late: closed after more than case_days, or open for longer. Again: about the same order as an earlier
  case closed within the 30 days before (the books do not say that a case was reopened).
grain: one row a case
columns:
  case_id: {type: VARCHAR, description: Case, tests: [not_null, unique]}
  case_kind: {type: VARCHAR, description: Kind of case, tests: [not_null, {accepted_values: [service, repair, complaint]}]}
  customer_id: {type: VARCHAR, description: Customer; null unknown}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  order_id: {type: VARCHAR, description: Order it names}
  purchased_on: {type: DATE, description: Day of the purchase it is about}
  opened_on: {type: DATE, description: Day opened, tests: [not_null]}
  closed_on: {type: DATE, description: Day closed; null while open}
  days: {type: DOUBLE, description: 'Days to closing, by the hour; null while open or where closed before it was opened'}
  is_late: {type: BOOLEAN, description: Took longer than case_days; null where closed before it was opened}
  is_again: {type: BOOLEAN, description: Follows a case on the same order, tests: [not_null]}
  cause: {type: VARCHAR, description: Whose doing the trouble was; unknown where not told, tests: [not_null]}
  subject: {type: VARCHAR, description: What it is about}
  handler_id: {type: VARCHAR, description: Who handled it}
  handled_well: {type: BOOLEAN, description: Judged by the reviewer; null when not judged}
  cost: {type: 'DECIMAL(18,4)', description: 'What it cost, reporting currency; 0 where not known', tests: [not_null]}
*/
with
  opened as (
    select
      s.case_id, s.kind as case_kind, k.customer_id, s.order_id, cast(s.opened_at as date) as opened_on,
      case when cast(s.closed_at as date) <= as_of() then cast(s.closed_at as date) end as closed_on,
      case when cast(s.closed_at as date) <= as_of() then date_diff('minute', s.opened_at, s.closed_at) / 1440.0 end as days,
      s.cause, s.subject, s.handler_id, s.handled_well, s.cost
    from staging.cases as s
    left join identity.clusters as k
      on k.record_kind = s.customer_kind
      and k.record_id = case s.customer_kind when 'person' then s.person_id when 'organisation' then s.organisation_id end
    where cast(s.opened_at as date) <= as_of()
  ),
  last_purchases as (
    select o.case_id, max(p.purchased_on) as purchased_on
    from opened as o
    join core.purchases as p on p.customer_id = o.customer_id and p.purchased_on <= o.opened_on
    where o.order_id is null
    group by o.case_id
  )
select
  o.case_id,
  o.case_kind,
  o.customer_id,
  coalesce(c.kind, 'unknown') as kind,
  coalesce(c.market, 'unknown') as market,
  o.order_id,
  coalesce(b.ordered_on, l.purchased_on) as purchased_on,
  o.opened_on,
  o.closed_on,
  case when o.days >= 0 then o.days end as days,
  case
    when o.days >= 0 then o.days > param('case_days')
    when o.closed_on is null then date_diff('day', o.opened_on, as_of()) > param('case_days')
  end as is_late,
  coalesce(
    o.opened_on - lag(o.closed_on) over (partition by coalesce(o.order_id, o.case_id) order by o.opened_on, o.case_id) between 0 and 30,
    false
  ) as is_again,
  coalesce(o.cause, 'unknown') as cause,
  o.subject,
  o.handler_id,
  o.handled_well,
  money(coalesce(o.cost, 0)) as cost
from opened as o
left join core.customers as c on c.customer_id = o.customer_id
left join core.orders as b on b.order_id = o.order_id
left join last_purchases as l on l.case_id = o.case_id
