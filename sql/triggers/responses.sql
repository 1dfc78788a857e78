/*
description: >
  Whether events in a person's life make them buy: the share with a purchase within trigger_days after a declared event, against what
  the same would be without one. Without: persons with no event on record, looked at on the first day of every quarter, weighted to
  the same market, silence and number of purchases. Only who had bought before and had not left. Interval 1.96 standard errors of
  both. The same persons come again every quarter, so that it is a little too narrow.
grain: one row a kind of event that customers had
columns:
  event: {type: VARCHAR, description: What happened; all for any, tests: [not_null, unique]}
  events: {type: BIGINT, description: Events whose days are over and who can be compared, tests: [not_null]}
  responses: {type: BIGINT, description: Those followed by a purchase, tests: [not_null]}
  response: {type: DOUBLE, description: responses / events}
  expected: {type: DOUBLE, description: The same without an event}
  lift: {type: DOUBLE, description: response − expected}
  low: {type: DOUBLE, description: Lower end of its 95 % interval}
  high: {type: DOUBLE, description: Upper end}
  is_beyond_noise: {type: BOOLEAN, description: The interval does not hold zero}
  events_a_year: {type: BIGINT, description: Events of customers in the last 365 days, tests: [not_null]}
  margin: {type: DOUBLE, description: Mean trading margin of a purchase of persons in the last 365 days}
*/
with
  visits as (
    select
      p.customer_id, c.market, p.purchased_on, p.purchase_number,
      lead(p.purchased_on) over (partition by p.customer_id order by p.purchased_on) as next_on,
      coalesce(c.left_on, date '9999-12-31') as left_on
    from core.purchases as p
    join core.customers as c on c.customer_id = p.customer_id
    where p.kind = 'person'
  ),
  events as (
    select distinct k.customer_id, e.kind as event, e.happened_on
    from staging.life_events as e
    join identity.clusters as k on k.record_kind = 'person' and k.record_id = e.person_id
    where e.happened_on <= as_of() and e.kind is not null
  ),
  days as (
    select cast(unnest(generate_series(date_trunc('quarter', (select min(happened_on) from events)), as_of() - cast(param('trigger_days') as integer), interval 3 month)) as date) as day
  ),
  looked as (
    select v.*, e.event, e.happened_on as day
    from events as e
    join visits as v on v.customer_id = e.customer_id and v.purchased_on < e.happened_on and coalesce(v.next_on >= e.happened_on, true)
    where e.happened_on + cast(param('trigger_days') as integer) <= as_of()
    union all
    select v.*, null, d.day
    from days as d
    join visits as v on v.purchased_on < d.day and coalesce(v.next_on >= d.day, true)
    where v.customer_id not in (select customer_id from events)
  ),
  placed as (
    select
      event, market,
      case when day - purchased_on <= 30 then 1 when day - purchased_on <= 90 then 2 when day - purchased_on <= 180 then 3 else 4 end as silence,
      case when purchase_number = 1 then 1 when purchase_number <= 4 then 2 when purchase_number <= 12 then 3 else 4 end as habit,
      coalesce(next_on <= day + cast(param('trigger_days') as integer), false) as has_bought
    from looked
    where left_on > day
  ),
  without as (
    select market, silence, habit, count(*) as n, count(*) filter (where has_bought) / count(*) as rate
    from placed
    where event is null
    group by market, silence, habit
  ),
  after as (
    select coalesce(p.event, 'all') as event, p.market, p.silence, p.habit, count(*) as n, count(*) filter (where p.has_bought) as bought
    from placed as p
    where p.event is not null
    group by grouping sets ((p.event, p.market, p.silence, p.habit), (p.market, p.silence, p.habit))
  ),
  summed as (
    select
      a.event,
      cast(sum(a.n) as bigint) as events,
      cast(sum(a.bought) as bigint) as responses,
      sum(a.n * w.rate order by w.market, w.silence, w.habit) as expected,
      sum(a.n * a.n * w.rate * (1 - w.rate) / w.n order by w.market, w.silence, w.habit) as variance
    from after as a
    join without as w on w.market = a.market and w.silence = a.silence and w.habit = a.habit
    group by a.event
  ),
  rates as (
    select
      event, events, responses,
      responses / events as response,
      expected / events as expected,
      1.96 * sqrt(responses / events * (1 - responses / events) / events + variance / events / events) as error
    from summed
  ),
  yearly as (
    select coalesce(event, 'all') as event, count(*) as events_a_year
    from events
    where happened_on > as_of() - 365
    group by grouping sets ((event), ())
  ),
  margins as (
    select cast(sum(trading_margin) as double) / nullif(count(*), 0) as margin
    from core.purchases
    where kind = 'person' and purchased_on > as_of() - 365
  )
select
  r.event,
  r.events,
  r.responses,
  r.response,
  r.expected,
  r.response - r.expected as lift,
  r.response - r.expected - r.error as low,
  r.response - r.expected + r.error as high,
  abs(r.response - r.expected) > r.error as is_beyond_noise,
  coalesce(y.events_a_year, 0) as events_a_year,
  m.margin
from rates as r
left join yearly as y on y.event = r.event
cross join margins as m
order by r.event
