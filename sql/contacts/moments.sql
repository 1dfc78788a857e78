/*
description: >
  When customers order and answer: by part of the day and day of the week, on the clock of the project. Counted are orders and
  answers to pieces of the last 730 days with a time of day; where a source knows only the day, its orders all fall on midnight and are left out.
grain: one row a customer, day of the week and part of the day
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  weekday: {type: INTEGER, description: '1 Monday to 7 Sunday', tests: [{range: {min: 1, max: 7}}]}
  part: {type: VARCHAR, description: 'night 0–6, morning 6–12, afternoon 12–18, evening 18–24', tests: [{accepted_values: [night, morning, afternoon, evening]}]}
  moments: {type: BIGINT, description: Orders and answers, tests: [{range: {min: 1}}]}
tests:
  - unique: [customer_id, weekday, part]
*/
with
  moments as (
    select c.customer_id, o.ordered_at as happened_at
    from core.orders as c
    join staging.orders as o on o.order_id = c.order_id
    where c.customer_id is not null and c.ordered_on > as_of() - 730
    union all
    select k.customer_id, r.responded_at
    from staging.responses as r
    join identity.clusters as k
      on k.record_kind = case when r.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(r.person_id, r.organisation_id)
    where r.kind <> 'order' and cast(r.responded_at as date) between as_of() - 729 and as_of()
  )
select
  customer_id,
  cast(isodow(happened_at) as integer) as weekday,
  case hour(happened_at) // 6 when 0 then 'night' when 1 then 'morning' when 2 then 'afternoon' else 'evening' end as part,
  count(*) as moments
from moments
where happened_at <> date_trunc('day', happened_at)
group by all
