/*
description: >
  Who to speak to now: persons with an event in the last trigger_days and no purchase since, who are customers or prospects still,
  have said yes to some channel and stand on no suppression file. The latest event of a person counts.
grain: one row a customer
columns:
  action: {type: VARCHAR, description: Kind of event, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  happened_on: {type: DATE, description: Day of the event, tests: [not_null]}
  days_left: {type: BIGINT, description: Days until the event is too old, tests: [not_null]}
*/
with
  events as (
    select k.customer_id, e.kind as action, max(e.happened_on) as happened_on
    from staging.life_events as e
    join identity.clusters as k on k.record_kind = 'person' and k.record_id = e.person_id
    where e.happened_on <= as_of() and e.happened_on > as_of() - cast(param('trigger_days') as integer) and e.kind is not null
    group by k.customer_id, e.kind
  )
select
  e.action,
  e.customer_id,
  e.happened_on,
  date_diff('day', as_of() - cast(param('trigger_days') as integer), e.happened_on) as days_left
from events as e
join core.customers as c on c.customer_id = e.customer_id
where coalesce(c.last_purchase_on < e.happened_on, true) and c.left_on is null
  and e.customer_id in (select customer_id from consent.latest where is_given)
  and e.customer_id not in (select customer_id from consent.suppressed)
qualify row_number() over (partition by e.customer_id order by e.happened_on desc, e.action) = 1
