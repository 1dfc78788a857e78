/*
description: >
  Stores and staff: orders of the last twelve complete months and the twelve before, with the returns that name them and the cases about them.
  A member of staff stands under the number that the firm uses, never a name.
grain: one row a store or member of staff with an order in these months
columns:
  dimension: {type: VARCHAR, description: store or staff, tests: [not_null, {accepted_values: [store, staff]}]}
  member: {type: VARCHAR, description: store_id or staff_id, tests: [not_null]}
  channel_id: {type: VARCHAR, description: Channel of most of the orders}
  market: {type: VARCHAR, description: Market of most of the orders, tests: [not_null]}
  store_id: {type: VARCHAR, description: Store; null for who sells outside}
  left_on: {type: DATE, description: Day the store closed or the member of staff left; null while there}
  orders: {type: BIGINT, description: Orders, tests: [not_null]}
  prior_orders: {type: BIGINT, description: Orders of the year before, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Of these orders after their returns, tests: [not_null]}
  prior_net_sales: {type: 'DECIMAL(18,4)', description: Of the year before, tests: [not_null]}
  trading_margin: {type: 'DECIMAL(18,4)', description: Of these orders, tests: [not_null]}
  prior_trading_margin: {type: 'DECIMAL(18,4)', description: Of the year before, tests: [not_null]}
  movement: {type: VARCHAR, description: 'Orders against the movement of all orders of the market, beyond chance; null with too few', tests: [{accepted_values: [growing, falling, level]}]}
  new_customers: {type: BIGINT, description: Customers of the year whose first order it took, tests: [not_null]}
tests:
  - unique: [dimension, member]
*/
with
  counted as (
    select
      store_id, staff_id, channel_id, market, pack_year(ordered_on) as year, count(*) as orders, sum(net_sales) as net_sales,
      sum(trading_margin) as trading_margin
    from core.orders
    where ordered_on between year_before_from() and last_complete_day() and coalesce(store_id, staff_id) is not null
    group by all
  ),
  spread as (
    select *, unnest(['store', 'staff']) as dimension, unnest([store_id, staff_id]) as member
    from counted
  ),
  taken as (
    select
      dimension, member, year, channel_id, market, store_id, sum(orders) as orders, sum(net_sales) as net_sales,
      sum(trading_margin) as trading_margin
    from spread
    where member is not null
    group by all
  ),
  sums as (
    select
      dimension,
      member,
      max({'orders': orders, 'channel_id': channel_id, 'market': market, 'store_id': store_id}) as most,
      coalesce(cast(sum(orders) filter (where year = 'this') as bigint), 0) as orders,
      coalesce(cast(sum(orders) filter (where year = 'prior') as bigint), 0) as prior_orders,
      money(coalesce(sum(net_sales) filter (where year = 'this'), 0)) as net_sales,
      money(coalesce(sum(net_sales) filter (where year = 'prior'), 0)) as prior_net_sales,
      money(coalesce(sum(trading_margin) filter (where year = 'this'), 0)) as trading_margin,
      money(coalesce(sum(trading_margin) filter (where year = 'prior'), 0)) as prior_trading_margin
    from taken
    group by dimension, member
  ),
  won as (
    select dimension, member, count(*) as new_customers
    from (
      select unnest(['store', 'staff']) as dimension, unnest([store_id, staff_id]) as member
      from loyalty.starts
      where pack_year(first_on) = 'this'
    ) as began
    group by dimension, member
  ),
  markets as (
    select market, ratio(count(*) filter (where pack_year(ordered_on) = 'this'), count(*) filter (where pack_year(ordered_on) = 'prior')) as growth
    from core.orders
    where ordered_on between year_before_from() and last_complete_day()
    group by market
  )
select
  s.dimension,
  s.member,
  s.most.channel_id as channel_id,
  s.most.market as market,
  s.most.store_id as store_id,
  case s.dimension when 'store' then st.closed_on else sf.left_on end as left_on,
  s.orders,
  s.prior_orders,
  s.net_sales,
  s.prior_net_sales,
  s.trading_margin,
  s.prior_trading_margin,
  case
    when greatest(s.orders, s.prior_orders) < param('min_group') or m.growth is null then null
    when abs(s.orders - m.growth * s.prior_orders) <= 1.96 * sqrt(s.orders + m.growth * m.growth * s.prior_orders) then 'level'
    when s.orders > m.growth * s.prior_orders then 'growing'
    else 'falling'
  end as movement,
  coalesce(w.new_customers, 0) as new_customers
from sums as s
left join won as w on w.dimension = s.dimension and w.member = s.member
left join markets as m on m.market = s.most.market
left join staging.stores as st on s.dimension = 'store' and st.store_id = s.member
left join staging.staff as sf on s.dimension = 'staff' and sf.staff_id = s.member
