/*
description: >
  Stores and staff ranked on three measures over the orders of the last twelve complete months: margin (trading margin of an order, 1
  being the mean of orders of the same market, kind of channel and terms in the same month), returns (share of orders with a named return), cases
  (share of orders with a case). Each is held against the mean of the same market and kind of channel, and drawn towards it by the share of chance in it,
  so that few orders make neither the best nor the worst.
grain: one row a store or member of staff and measure
columns:
  dimension: {type: VARCHAR, description: store or staff, tests: [not_null, {accepted_values: [store, staff]}]}
  member: {type: VARCHAR, description: store_id or staff_id, tests: [not_null]}
  measure: {type: VARCHAR, description: 'margin, returns or cases', tests: [not_null, {accepted_values: [margin, returns, cases]}]}
  orders: {type: BIGINT, description: Orders, tests: [not_null]}
  value: {type: DOUBLE, description: As measured, tests: [not_null]}
  expected: {type: DOUBLE, description: Mean of the same market and kind of channel; 1 for margin, tests: [not_null]}
  shrunk: {type: DOUBLE, description: The value drawn towards what is expected; null where chance cannot be told}
  error: {type: DOUBLE, description: Its standard error}
  standing: {type: VARCHAR, description: 'Its 95 % interval against what is expected; null below min_group', tests: [{accepted_values: [above, below, within]}]}
tests:
  - unique: [dimension, member, measure]
*/
with
  troubled as (
    select distinct order_id
    from service.cases
    where order_id is not null
  ),
  orders as (
    select
      o.order_id, o.store_id, o.staff_id, o.market, o.channel_kind, o.order_class, date_trunc('month', o.ordered_on) as month, o.trading_margin,
      case when o.returned > 0 then 1 else 0 end as is_returned,
      case when t.order_id is not null then 1 else 0 end as has_case
    from core.orders as o
    left join troubled as t on t.order_id = o.order_id
    where o.ordered_on between year_from() and last_complete_day()
  ),
  likes as (
    select market, channel_kind, order_class, month, ratio(sum(trading_margin), count(*)) as margin
    from orders
    group by all
  ),
  peers as (
    select market, channel_kind, ratio(sum(is_returned), count(*)) as returns, ratio(sum(has_case), count(*)) as cases
    from orders
    group by all
  ),
  taken as (
    select
      unnest(['store', 'staff']) as dimension,
      unnest([o.store_id, o.staff_id]) as member,
      o.market, o.channel_kind,
      case when l.margin > 0 then money(cast(o.trading_margin as double) / l.margin) end as margin,
      o.is_returned,
      o.has_case
    from orders as o
    left join likes as l
      on l.market = o.market and l.channel_kind = o.channel_kind and l.order_class is not distinct from o.order_class and l.month = o.month
    where coalesce(o.store_id, o.staff_id) is not null
  ),
  parts as (
    select
      t.dimension, t.member, count(*) as orders, count(t.margin) as with_margin, sum(t.margin) as margin, sum(t.is_returned) as returned,
      sum(t.has_case) as cases, squares_about_mean(t.margin) as squares, count(*) * any_value(p.returns) as expected_returns,
      count(*) * any_value(p.cases) as expected_cases
    from taken as t
    join peers as p on p.market = t.market and p.channel_kind = t.channel_kind
    where t.member is not null
    group by t.dimension, t.member, t.market, t.channel_kind
  ),
  sums as (
    select
      dimension, member,
      cast(sum(orders) as bigint) as orders,
      ratio(sum(margin), sum(with_margin)) as margin,
      cast(sum(with_margin) as bigint) as with_margin,
      ratio(sum(returned), sum(orders)) as returns,
      ratio(sum(cases), sum(orders)) as cases,
      sum(expected_returns) / sum(orders) as expected_returns,
      sum(expected_cases) / sum(orders) as expected_cases,
      sum(squares) as squares
    from parts
    group by dimension, member
  ),
  scattered as (
    select *, sum(squares) over (partition by dimension) / nullif(sum(with_margin) over (partition by dimension) - count(*) over (partition by dimension), 0) as scatter
    from sums
  ),
  measured as (
    select
      dimension, member, orders,
      unnest(['margin', 'returns', 'cases']) as measure,
      unnest([margin, returns, cases]) as value,
      unnest([1, expected_returns, expected_cases]) as expected,
      unnest([
        scatter / nullif(with_margin, 0), expected_returns * (1 - expected_returns) / orders, expected_cases * (1 - expected_cases) / orders
      ]) as chance
    from scattered
  ),
  chances as (
    select dimension, member, orders, measure, value, round(expected, 9) as expected, case when chance > 0 then chance end as chance
    from measured
    where value is not null
  ),
  between_members as (
    select dimension, measure, between_variance(value - expected, chance) as tau2
    from chances
    where chance is not null
    group by dimension, measure
  ),
  pooled as (
    select c.dimension, c.measure, any_value(b.tau2) as tau2, pooled_mean(c.value - c.expected, c.chance, b.tau2) as mean,
      pooled_variance(c.chance, b.tau2) as variance
    from chances as c
    join between_members as b on b.dimension = c.dimension and b.measure = c.measure
    where c.chance is not null
    group by c.dimension, c.measure
  ),
  drawn as (
    select
      c.*,
      c.expected + shrunk(c.value - c.expected, c.chance, p.mean, p.tau2) as drawn,
      shrunk_error(c.chance, p.tau2, p.variance) as error
    from chances as c
    left join pooled as p on p.dimension = c.dimension and p.measure = c.measure
  )
select
  dimension, member, measure, orders, value, expected, drawn as shrunk, error,
  case when orders >= param('min_group') then standing(drawn, error, expected) end as standing
from drawn
