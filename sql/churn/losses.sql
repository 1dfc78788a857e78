/*
description: >
  Who ended, lapsed or left, and by whose doing. The cause is the first that is known: declared on leaving; a complaint handled
  badly, or still open, of the half year before the last purchase or after it (the cause of that case); purchases from competitors
  declared in the year before the end. Else unknown. Only the last time a customer ended counts, and only while it lasts.
grain: one row a customer whose last spell has ended
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  end_kind: {type: VARCHAR, description: lapsed or left, tests: [not_null, {accepted_values: [lapsed, left]}]}
  ended_on: {type: DATE, description: Last active day, tests: [not_null]}
  cause: {type: VARCHAR, description: Whose doing it was, tests: [not_null, {accepted_values: [firm, competitor, customer, unknown]}]}
  basis: {type: VARCHAR, description: What says so, tests: [not_null, {accepted_values: [declared, complaint, survey, none]}]}
  reason: {type: VARCHAR, description: 'Reason declared, or subject of the complaint'}
*/
with
  ended as (
    select customer_id, kind, market, last_purchase_on, ended_on, end_kind
    from churn.spells
    qualify row_number() over (partition by customer_id order by spell desc) = 1 and end_kind is not null
  ),
  declared as (
    select k.customer_id, x.exited_on, x.cause, x.reason
    from staging.exits as x
    join identity.clusters as k
      on k.record_kind = case when x.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(x.person_id, x.organisation_id)
    join ended as e on e.customer_id = k.customer_id and x.exited_on between e.last_purchase_on and as_of()
    qualify row_number() over (partition by k.customer_id order by x.exited_on desc, x.exit_id) = 1
  ),
  complaints as (
    select k.customer_id, c.cause, c.subject
    from staging.cases as c
    join identity.clusters as k
      on k.record_kind = c.customer_kind
      and k.record_id = case c.customer_kind when 'person' then c.person_id else c.organisation_id end
    join ended as e on e.customer_id = k.customer_id
    where c.kind = 'complaint' and c.opened_at < as_of() + 1
      and c.opened_at >= e.last_purchase_on - 182 and c.opened_at < e.ended_on + 1
      and (c.handled_well is not true or coalesce(c.closed_at >= as_of() + 1, true))
    qualify row_number() over (partition by k.customer_id order by c.opened_at desc, c.case_id) = 1
  ),
  elsewhere as (
    select distinct k.customer_id
    from staging.surveys as s
    join identity.clusters as k
      on k.record_kind = case when s.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(s.person_id, s.organisation_id)
    join ended as e on e.customer_id = k.customer_id
    where s.competitor_purchases > 0 and s.answered_on <= as_of() and s.answered_on between e.ended_on - 365 and e.ended_on
  )
select
  e.customer_id,
  e.kind,
  e.market,
  e.end_kind,
  e.ended_on,
  case
    when d.cause is not null and d.cause <> 'unknown' then d.cause
    when c.customer_id is not null then coalesce(c.cause, 'unknown')
    when s.customer_id is not null then 'competitor'
    else 'unknown'
  end as cause,
  case
    when d.cause is not null and d.cause <> 'unknown' then 'declared'
    when c.customer_id is not null then 'complaint'
    when s.customer_id is not null then 'survey'
    else 'none'
  end as basis,
  coalesce(d.reason, c.subject) as reason
from ended as e
left join declared as d on d.customer_id = e.customer_id
left join complaints as c on c.customer_id = e.customer_id
left join elsewhere as s on s.customer_id = e.customer_id
