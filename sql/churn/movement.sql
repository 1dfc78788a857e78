/*
description: >
  The active customer base month by month: opening + new + reactivated − lapsed − left = closing. The lapse threshold of the
  as-of day is applied to the whole past. The last month may be under way.
grain: one row a month, kind of customer and market
columns:
  month: {type: DATE, description: First day of the month, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  is_complete: {type: BOOLEAN, description: The month is over at the as-of day, tests: [not_null]}
  opening: {type: BIGINT, description: Active on the last day of the month before, tests: [not_null, {range: {min: 0}}]}
  new_customers: {type: BIGINT, description: First purchase ever, tests: [not_null]}
  reactivated: {type: BIGINT, description: Bought again after having lapsed, tests: [not_null]}
  lapsed: {type: BIGINT, description: Silent for longer than the threshold, tests: [not_null]}
  left_customers: {type: BIGINT, description: 'Left, closed or erased while active', tests: [not_null]}
  closing: {type: BIGINT, description: Active on the last day of the month, tests: [not_null, {range: {min: 0}}]}
tests:
  - unique: [month, kind, market]
  - expression: closing = opening + new_customers + reactivated - lapsed - left_customers
*/
with
  events as (
    select month_of(started_on) as month, kind, market, start_kind as event
    from churn.spells
    union all
    select month_of(ended_on + 1), kind, market, end_kind
    from churn.spells
    where ended_on is not null
  ),
  counted as (
    select
      month,
      kind,
      market,
      count(*) filter (where event = 'new') as new_customers,
      count(*) filter (where event = 'reactivated') as reactivated,
      count(*) filter (where event = 'lapsed') as lapsed,
      count(*) filter (where event = 'left') as left_customers
    from events
    group by month, kind, market
  ),
  span as (
    select min(month) as from_month
    from counted
  ),
  months as (
    select cast(unnest(generate_series(from_month, month_of(as_of()), interval 1 month)) as date) as month
    from span
  ),
  groups as (
    select distinct kind, market
    from counted
  ),
  filled as (
    select
      m.month,
      g.kind,
      g.market,
      coalesce(c.new_customers, 0) as new_customers,
      coalesce(c.reactivated, 0) as reactivated,
      coalesce(c.lapsed, 0) as lapsed,
      coalesce(c.left_customers, 0) as left_customers
    from months as m
    cross join groups as g
    left join counted as c on c.month = m.month and c.kind = g.kind and c.market = g.market
  ),
  closed as (
    select
      *,
      cast(
        sum(new_customers + reactivated - lapsed - left_customers) over (partition by kind, market order by month) as bigint
      ) as closing
    from filled
  )
select
  month,
  kind,
  market,
  last_day(month) <= as_of() as is_complete,
  coalesce(lag(closing) over (partition by kind, market order by month), 0) as opening,
  new_customers,
  reactivated,
  lapsed,
  left_customers,
  closing
from closed
order by month, kind, market
