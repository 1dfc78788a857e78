/*
description: >
  What each product earned in the last twelve complete months and the twelve before, and what to do with it.
  trading_margin = sales after returns − cost of goods + shipping − fulfilment; shipping and fulfilment of a document are
  shared over its lines by value. Service and contacts belong to no product. Products rank by this contribution: class A
  is the first 80 % of it, B the next 15 %, C the rest, loss what costs more than it brings. A product grows or falls when its orders
  moved by more than chance against the movement of all orders.
  Verdict, the first that holds: open (less than half a year on sale, no more on sale, or a cost that is mostly assumed);
  drop (on sale and unsold for 91 days, or a loss, or class C and falling and nobody's good start nor in a rule);
  reprice (discount deeper than the mean and a margin rate below three quarters of it); bundle (a basket rule with another
  product, more than three standard errors above chance); promote (margin rate and returns no worse than the mean, and growing, or a start above
  others and not falling); keep.
grain: 'one row a product that was sold, returned or on sale in these months; none for what names no product'
columns:
  product_id: {type: VARCHAR, description: Product; none without one, tests: [not_null, unique]}
  category: {type: VARCHAR, description: Category; unknown without one, tests: [not_null]}
  subcategory: {type: VARCHAR, description: Subcategory; unknown without one, tests: [not_null]}
  orders: {type: BIGINT, description: Orders with it, tests: [not_null]}
  prior_orders: {type: BIGINT, description: Orders in the year before, tests: [not_null]}
  units: {type: BIGINT, description: Units sold, tests: [not_null]}
  list_sales: {type: 'DECIMAL(18,4)', description: Before discount, tests: [not_null]}
  discount: {type: 'DECIMAL(18,4)', description: Discount, tests: [not_null]}
  gross_sales: {type: 'DECIMAL(18,4)', description: After discount and before returns, tests: [not_null]}
  returned: {type: 'DECIMAL(18,4)', description: Value of returns, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Sales after returns and adjustments, tests: [not_null]}
  cost_of_goods: {type: 'DECIMAL(18,4)', description: Cost of the goods kept, tests: [not_null]}
  handling: {type: 'DECIMAL(18,4)', description: Shipping charged less fulfilment, tests: [not_null]}
  trading_margin: {type: 'DECIMAL(18,4)', description: net_sales − cost_of_goods + handling, tests: [not_null]}
  prior_list_sales: {type: 'DECIMAL(18,4)', description: list_sales of the year before, tests: [not_null]}
  prior_discount: {type: 'DECIMAL(18,4)', description: discount of the year before, tests: [not_null]}
  prior_net_sales: {type: 'DECIMAL(18,4)', description: net_sales of the year before, tests: [not_null]}
  prior_trading_margin: {type: 'DECIMAL(18,4)', description: trading_margin of the year before, tests: [not_null]}
  discount_rate: {type: DOUBLE, description: discount ÷ list_sales}
  return_rate: {type: DOUBLE, description: returned ÷ gross_sales}
  margin_rate: {type: DOUBLE, description: trading_margin ÷ net_sales}
  assumed_cost_share: {type: DOUBLE, description: Share of gross sales whose cost is assumed}
  last_sold_on: {type: DATE, description: Last sale in these two years}
  is_stale: {type: BOOLEAN, description: 'On sale for 91 days and more, and not sold in the last 91', tests: [not_null]}
  movement: {type: VARCHAR, description: 'Orders against the movement of all orders; null with too few', tests: [{accepted_values: [growing, falling, level]}]}
  place: {type: BIGINT, description: Rank by trading_margin, tests: [not_null]}
  cumulative_share: {type: DOUBLE, description: Share of all trading margin of the products down to this one}
  class: {type: VARCHAR, description: Class of the ranking, tests: [not_null, {accepted_values: [A, B, C, loss]}]}
  start_standing: {type: VARCHAR, description: 'Persons who began with it against others: above, below, within'}
  partner_id: {type: VARCHAR, description: Product that the strongest rule joins it with}
  partner_lift: {type: DOUBLE, description: Lift of that rule}
  verdict: {type: VARCHAR, description: What to do, tests: [not_null, {accepted_values: [promote, bundle, reprice, drop, keep, open]}]}
*/
with
  lines as (
    select
      order_id, coalesce(product_id, 'none') as product_id, line_kind, quantity, booked_on, pack_year(booked_on) as year, list_sales,
      discount, gross_sales, returned, net_sales, cost_of_goods, cost_basis
    from core.lines
    where booked_on >= year_before_from() and booked_on <= last_complete_day()
  ),
  worth as (
    select order_id, sum(abs(net_sales)) as value, count(*) as lines
    from lines
    group by order_id
  ),
  documents as (
    select d.order_id, row_number() over () as order_number, pack_year(d.booked_on) as year, cast(d.shipping - d.fulfilment as double) as handling, w.value, w.lines
    from core.documents as d
    left join worth as w on w.order_id = d.order_id
    where d.booked_on >= year_before_from() and d.booked_on <= last_complete_day()
  ),
  shares as (
    select
      l.*,
      d.order_number,
      d.handling * case when d.value > 0 then cast(abs(l.net_sales) as double) / cast(d.value as double) else 1 / d.lines end as handling
    from lines as l
    join documents as d on d.order_id = l.order_id
    union all by name
    select 'none' as product_id, year, handling
    from documents
    where lines is null and handling <> 0
  ),
  sums as (
    select
      product_id,
      count(distinct order_number) filter (where year = 'this' and line_kind = 'sale') as orders,
      count(distinct order_number) filter (where year = 'prior' and line_kind = 'sale') as prior_orders,
      coalesce(cast(sum(quantity) filter (where year = 'this' and line_kind = 'sale') as bigint), 0) as units,
      money(coalesce(sum(list_sales) filter (where year = 'this'), 0)) as list_sales,
      money(coalesce(sum(discount) filter (where year = 'this'), 0)) as discount,
      money(coalesce(sum(gross_sales) filter (where year = 'this'), 0)) as gross_sales,
      money(coalesce(sum(returned) filter (where year = 'this'), 0)) as returned,
      money(coalesce(sum(net_sales) filter (where year = 'this'), 0)) as net_sales,
      money(coalesce(sum(cost_of_goods) filter (where year = 'this'), 0)) as cost_of_goods,
      money(coalesce(sum(handling) filter (where year = 'this'), 0)) as handling,
      money(coalesce(sum(list_sales) filter (where year = 'prior'), 0)) as prior_list_sales,
      money(coalesce(sum(discount) filter (where year = 'prior'), 0)) as prior_discount,
      money(coalesce(sum(net_sales) filter (where year = 'prior'), 0)) as prior_net_sales,
      money(coalesce(sum(cost_of_goods) filter (where year = 'prior'), 0)) as prior_cost_of_goods,
      money(coalesce(sum(handling) filter (where year = 'prior'), 0)) as prior_handling,
      sum(gross_sales) filter (where year = 'this' and cost_basis = 'assumed') as assumed,
      max(booked_on) filter (where line_kind = 'sale') as last_sold_on
    from shares
    group by product_id
  ),
  on_sale as (
    select product_id, category, subcategory, launched_on
    from staging.products
    where coalesce(launched_on, date '1900-01-01') <= last_complete_day()
      and coalesce(discontinued_on, date '9999-01-01') > last_complete_day()
  ),
  -- Without a day of launch nobody knows what is on sale: such a product is listed when it was sold, and never stale.
  listed as (
    select product_id from sums
    union
    select product_id from on_sale where launched_on is not null
  ),
  measured as (
    select
      l.product_id,
      coalesce(p.category, 'unknown') as category,
      coalesce(p.subcategory, 'unknown') as subcategory,
      coalesce(s.orders, 0) as orders,
      coalesce(s.prior_orders, 0) as prior_orders,
      coalesce(s.units, 0) as units,
      coalesce(s.list_sales, 0) as list_sales,
      coalesce(s.discount, 0) as discount,
      coalesce(s.gross_sales, 0) as gross_sales,
      coalesce(s.returned, 0) as returned,
      coalesce(s.net_sales, 0) as net_sales,
      coalesce(s.cost_of_goods, 0) as cost_of_goods,
      coalesce(s.handling, 0) as handling,
      money(coalesce(s.net_sales - s.cost_of_goods + s.handling, 0)) as trading_margin,
      coalesce(s.prior_list_sales, 0) as prior_list_sales,
      coalesce(s.prior_discount, 0) as prior_discount,
      coalesce(s.prior_net_sales, 0) as prior_net_sales,
      money(coalesce(s.prior_net_sales - s.prior_cost_of_goods + s.prior_handling, 0)) as prior_trading_margin,
      ratio(coalesce(s.assumed, 0), s.gross_sales) as assumed_cost_share,
      s.last_sold_on,
      p.launched_on,
      p.discontinued_on,
      o.launched_on is not null and o.launched_on <= last_complete_day() - 91
        and coalesce(s.last_sold_on, date '1900-01-01') <= last_complete_day() - 91 as is_stale
    from listed as l
    left join sums as s on s.product_id = l.product_id
    left join staging.products as p on p.product_id = l.product_id
    left join on_sale as o on o.product_id = l.product_id
  ),
  totals as (
    select
      ratio(sum(orders), sum(prior_orders)) as growth,
      ratio(sum(discount), sum(list_sales)) as discount_rate,
      ratio(sum(trading_margin), sum(net_sales)) as margin_rate,
      ratio(sum(returned), sum(gross_sales)) as return_rate,
      sum(assumed_cost_share * gross_sales) / sum(gross_sales) as assumed_share
    from measured
  ),
  ranked as (
    select
      m.*,
      row_number() over (order by m.trading_margin desc, m.product_id) as place,
      ratio(
        sum(m.trading_margin) over (order by m.trading_margin desc, m.product_id rows unbounded preceding),
        sum(m.trading_margin) over ()
      ) as cumulative_share,
      ratio(m.trading_margin, sum(m.trading_margin) over ()) as share,
      case
        when greatest(m.orders, m.prior_orders) < param('min_group') or t.growth is null then null
        when abs(m.orders - t.growth * m.prior_orders) <= 1.96 * sqrt(m.orders + t.growth * t.growth * m.prior_orders) then 'level'
        when m.orders > t.growth * m.prior_orders then 'growing'
        else 'falling'
      end as movement,
      t.discount_rate as mean_discount,
      t.margin_rate as mean_margin,
      t.return_rate as mean_return,
      t.assumed_share as mean_assumed
    from measured as m
    cross join totals as t
  ),
  pairs as (
    select antecedent[1] as product_id, consequent as partner_id, lift, z
    from baskets.rules
    where basis = 'full' and level = 'product' and items = 2 and lift > 1 and z > 3
  ),
  partners as (
    select product_id, max({'z': z, 'partner_id': partner_id, 'lift': lift}) as best
    from (select * from pairs union all select partner_id, product_id, lift, z from pairs) as either
    group by product_id
  ),
  classed as (
    select
      r.*,
      ratio(r.discount, r.list_sales) as discount_rate,
      ratio(r.returned, r.gross_sales) as return_rate,
      ratio(r.trading_margin, r.net_sales) as margin_rate,
      case
        when r.trading_margin < 0 then 'loss'
        when r.cumulative_share - r.share < 0.8 then 'A'
        when r.cumulative_share - r.share < 0.95 then 'B'
        else 'C'
      end as class,
      s.standing as start_standing,
      b.best.partner_id as partner_id,
      b.best.lift as partner_lift
    from ranked as r
    left join products.starts as s on s.kind = 'person' and s.level = 'product' and s.start = r.product_id
    left join partners as b on b.product_id = r.product_id
  )
select
  product_id, category, subcategory, orders, prior_orders, units, list_sales, discount, gross_sales, returned, net_sales, cost_of_goods,
  handling, trading_margin, prior_list_sales, prior_discount, prior_net_sales, prior_trading_margin, discount_rate, return_rate, margin_rate, assumed_cost_share,
  last_sold_on, is_stale, movement, place, cumulative_share, class, start_standing, partner_id, partner_lift,
  case
    when product_id = 'none' or discontinued_on <= last_complete_day() or launched_on > last_complete_day() - 182 or coalesce(assumed_cost_share, mean_assumed) > 0.5 then 'open'
    when is_stale or class = 'loss'
      or (class = 'C' and movement = 'falling' and partner_id is null and start_standing is distinct from 'above') then 'drop'
    when discount_rate > mean_discount and margin_rate < 0.75 * mean_margin then 'reprice'
    when partner_id is not null then 'bundle'
    when margin_rate >= mean_margin and return_rate <= mean_return
      and (movement = 'growing' or (start_standing = 'above' and movement is distinct from 'falling')) then 'promote'
    else 'keep'
  end as verdict
from classed
