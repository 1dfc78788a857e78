-- Products: what earns, what leads? The last twelve complete months against the twelve before.

-- name: terms :one
with
sums as (
  select
    count(*) filter (where orders > 0) as products,
    sum(prior_orders) > 0 as has_prior,
    sum(assumed_cost_share * gross_sales) / nullif(sum(gross_sales), 0) as assumed_share
  from products.results
)
select
  year_from() as from_on,
  last_complete_day() as to_on,
  as_of() as as_of,
  coalesce(s.products, 0) as products,
  coalesce(s.has_prior, false) as has_prior,
  coalesce(s.assumed_share, 0) as assumed_share,
  cast(param('min_group') as integer) as min_group,
  param('default_margin') as default_margin,
  cast(param('basket_days') as integer) as basket_days,
  exists (from products.results where category <> 'unknown') as has_categories
from sums as s

-- name: kpis
with
sums as (
  select
    sum(net_sales)::double as net_sales, sum(prior_net_sales)::double as prior_net_sales,
    sum(trading_margin)::double as trading_margin, sum(prior_trading_margin)::double as prior_trading_margin,
    nullif(sum(discount), 0) / nullif(sum(list_sales), 0) as discount_rate, sum(prior_discount) / nullif(sum(prior_list_sales), 0) as prior_discount_rate,
    sum(returned) / nullif(sum(gross_sales), 0) as return_rate,
    count(*) filter (where class = 'A') as leaders,
    sum(prior_orders) > 0 as has_prior
  from products.results
  having sum(orders) > 0
)
select code, unit, value, year_before, good
from (
  select 1 as position, 'net_sales' as code, 'money' as unit, net_sales as value, case when has_prior then prior_net_sales end as year_before, 'up' as good from sums
  union all
  select 2, 'contribution', 'money', trading_margin, case when has_prior then prior_trading_margin end, 'up' from sums
  union all
  select 3, 'margin_rate', 'percent', trading_margin / nullif(net_sales, 0), case when has_prior then prior_trading_margin / nullif(prior_net_sales, 0) end, 'up' from sums
  union all
  select 4, 'discount_rate', 'percent', discount_rate, case when has_prior then prior_discount_rate end, 'down' from sums
  union all
  select 5, 'return_rate', 'percent', return_rate, null, 'down' from sums
  union all
  select 6, 'leaders', 'count', leaders, null, null from sums
)
order by position

-- name: findings
with
totals as (
  select
    count(*) filter (where orders > 0) as products,
    count(*) filter (where class = 'A') as leaders,
    sum(discount) / nullif(sum(list_sales), 0) as discount_rate,
    sum(trading_margin) / nullif(sum(net_sales), 0) as margin_rate,
    sum(returned) / nullif(sum(gross_sales), 0) as return_rate,
    sum(gross_sales) as gross_sales,
    sum(trading_margin) as trading_margin,
    sum(trading_margin) - sum(prior_trading_margin) as change,
    sum(prior_orders) > 0 as has_prior,
    sum(assumed_cost_share * gross_sales) / nullif(sum(gross_sales), 0) as assumed_share
  from products.results
),
categories as (
  select
    category,
    coalesce(any_value(i.name_zh), category) as category_zh,
    sum(list_sales) as list_sales,
    sum(net_sales) as net_sales,
    sum(trading_margin) as trading_margin,
    sum(trading_margin) - sum(prior_trading_margin) as change,
    sum(discount) as discount,
    sum(discount) / nullif(sum(list_sales), 0) as discount_rate,
    sum(prior_discount) / nullif(sum(prior_list_sales), 0) as prior_discount_rate,
    sum(trading_margin) / nullif(sum(net_sales), 0) as margin_rate,
    sum(returned) / nullif(sum(gross_sales), 0) as return_rate,
    sum(returned) as returned,
    sum(gross_sales) as gross_sales
  from products.results as p
  left join baskets.items as i on i.level = 'category' and i.item = p.category
  where category <> 'unknown'
  group by category
),
best as (
  select p.product_id, coalesce(s.name, p.product_id) as name, coalesce(s.name_zh, s.name, p.product_id) as name_zh, p.trading_margin
  from products.results as p
  left join staging.products as s on s.product_id = p.product_id
  where p.place = 1 and p.trading_margin > 0
)
select 'leaders' as code, 1 as rank, null as tone,
  json_object('leaders', t.leaders, 'products', t.products, 'share', t.leaders / t.products, 'name', b.name, 'name_zh', b.name_zh, 'margin', b.trading_margin) as arguments
from totals as t, best as b
where t.products >= 5 and coalesce(t.assumed_share, 0) <= 0.5
union all
select 'leaders_sales', 1, null, json_object('products', products, 'share', assumed_share, 'margin', param('default_margin'))
from totals
where assumed_share > 0.5
union all
(
  select case when c.change > 0 then 'category_up' else 'category_down' end, 2, case when c.change > 0 then 'good' else 'bad' end,
    json_object('category', c.category, 'category_zh', c.category_zh, 'change', c.change, 'all', t.change, 'rate', c.margin_rate)
  from categories as c, totals as t
  where t.has_prior and c.change <> 0 and coalesce(t.assumed_share, 0) <= 0.5
  order by case when t.change >= 0 then c.change else -c.change end desc
  limit 1
)
union all
(
  select 'deep_discount', 3, 'bad',
    json_object('category', c.category, 'category_zh', c.category_zh, 'rate', c.discount_rate, 'prior', case when t.has_prior then c.prior_discount_rate end, 'mean', t.discount_rate,
      'margin_rate', c.margin_rate, 'mean_margin', t.margin_rate, 'cost', c.discount - t.discount_rate * c.list_sales)
  from categories as c, totals as t
  where c.discount_rate > 1.5 * t.discount_rate and c.discount_rate > t.discount_rate + 0.02 and c.margin_rate < t.margin_rate and coalesce(t.assumed_share, 0) <= 0.5
  order by c.discount - t.discount_rate * c.list_sales desc
  limit 1
)
union all
(
  select 'many_returns', 4, 'bad',
    json_object('category', c.category, 'category_zh', c.category_zh, 'rate', c.return_rate, 'mean', t.return_rate, 'worth', c.returned - t.return_rate * c.gross_sales)
  from categories as c, totals as t
  where c.return_rate > 2 * t.return_rate and c.return_rate < 1 and c.gross_sales > 0.01 * t.gross_sales
  order by c.returned - t.return_rate * c.gross_sales desc
  limit 1
)
union all
(
  select 'start_above', 5, 'good', json_object('start', start, 'start_zh', coalesce(i.name_zh, start), 'more', shrunk, 'error', 1.96 * error, 'customers', customers)
  from products.starts as s
  left join baskets.items as i on i.level = 'category' and i.item = s.start
  where s.kind = 'person' and s.level = 'category' and standing = 'above'
  order by shrunk desc
  limit 1
)
union all
(
  select 'start_below', 6, 'bad', json_object('start', start, 'start_zh', coalesce(i.name_zh, start), 'less', -shrunk, 'error', 1.96 * error, 'customers', customers)
  from products.starts as s
  left join baskets.items as i on i.level = 'category' and i.item = s.start
  where s.kind = 'person' and s.level = 'category' and standing = 'below'
  order by shrunk
  limit 1
)
union all
select 'no_start', 5, null, json_object('customers', sum(customers))
from products.starts
where kind = 'person' and level = 'category' and start <> 'unknown'
having count(*) filter (where error is not null) > 1 and count(*) filter (where standing in ('above', 'below')) = 0
union all
select action, 6 + list_position(['reprice', 'promote', 'bundle', 'drop'], action), null,
  json_object('products', products, 'customers', customers, 'prize', prize)
from products.actions

-- name: curve
select
  place / count(*) over () as x,
  cumulative_share as y,
  place = (select max(place) from products.results where class = 'A') as is_marked
from products.results
where orders > 0 and (select sum(trading_margin) from products.results) > 0
order by place

-- name: leaders
select coalesce(s.name, p.product_id) as product, s.name_zh as product_zh, p.trading_margin, 'primary' as tone
from products.results as p
left join staging.products as s on s.product_id = p.product_id
where p.orders > 0
order by p.place
limit 10

-- name: categories
select
  p.category,
  case when grouping(p.category) = 0 then any_value(i.name_zh) end as category_zh,
  sum(net_sales) as net_sales,
  sum(trading_margin) as trading_margin,
  case when sum(prior_trading_margin) > 0 then sum(trading_margin) / sum(prior_trading_margin) - 1 end as change,
  sum(trading_margin) / nullif(sum(net_sales), 0) as margin_rate,
  sum(discount) / nullif(sum(list_sales), 0) as discount_rate,
  sum(returned) / nullif(sum(gross_sales), 0) as return_rate,
  count(*) filter (where orders > 0) as products,
  count(*) filter (where class = 'A') as leaders,
  grouping(p.category) = 1 as is_total
from products.results as p
left join baskets.items as i on i.level = 'category' and i.item = p.category
where exists (from products.results where category <> 'unknown')
group by rollup (p.category)
having sum(orders) > 0
order by is_total, trading_margin desc, p.category

-- name: category_shares
select p.category, any_value(i.name_zh) as category_zh, sum(trading_margin) as trading_margin
from products.results as p
left join baskets.items as i on i.level = 'category' and i.item = p.category
where exists (from products.results where category <> 'unknown')
group by p.category
having sum(orders) > 0
order by trading_margin desc, p.category

-- name: months
select m.category, i.name_zh as category_zh, m.month, m.net_sales, m.net_sales_before
from products.months as m
left join baskets.items as i on i.level = 'category' and i.item = m.category
where m.category <> 'unknown' and m.month >= year_from()
order by sum(m.net_sales) over (partition by m.category) desc, m.category, m.month

-- name: depths
select
  d.category,
  i.name_zh as category_zh,
  ['0 %', '≤ 5 %', '≤ 10 %', '≤ 20 %', '≤ 30 %', '> 30 %'][d.band + 1] as band,
  case when lines >= param('min_group') then margin_rate end as margin_rate,
  gross_sales
from products.discounts as d
left join baskets.items as i on i.level = 'category' and i.item = d.category
where d.category <> 'unknown' and exists (from products.discounts where band > 0)
order by d.category, d.band

-- name: starts
select s.start, i.name_zh as start_zh, customers, came_again_share, later_margin, shrunk, shrunk - 1.96 * error as low, shrunk + 1.96 * error as high, standing
from products.starts as s
left join baskets.items as i on i.level = 'category' and i.item = s.start
where s.kind = 'person' and s.level = 'category' and s.start <> 'unknown'
order by s.shrunk desc nulls last, s.start

-- name: start_products
select
  coalesce(p.name, s.start) as product, p.name_zh as product_zh, s.customers, s.came_again_share, s.later_margin, s.shrunk,
  s.shrunk - 1.96 * s.error as low, s.shrunk + 1.96 * s.error as high, s.standing
from products.starts as s
left join staging.products as p on p.product_id = s.start
where s.kind = 'person' and s.level = 'product' and s.standing in ('above', 'below')
order by s.shrunk desc
limit 12

-- name: rules
select level, antecedent_names as antecedent, antecedent_names_zh as antecedent_zh, consequent_name as consequent,
  consequent_name_zh as consequent_zh, orders, confidence, lift
from baskets.rules
where basis = 'full' and lift > 1 and z > 3 and items = 2
qualify row_number() over (partition by level order by lift desc, rule) <= case level when 'product' then 6 when 'subcategory' then 4 else 0 end
order by level, lift desc, rule

-- name: verdicts
select verdict, count(*) as products, sum(net_sales) as net_sales, sum(trading_margin) as trading_margin,
  sum(trading_margin) / nullif(sum(net_sales), 0) as margin_rate, sum(discount) / nullif(sum(list_sales), 0) as discount_rate,
  sum(returned) / nullif(sum(gross_sales), 0) as return_rate
from products.results
group by verdict
order by list_position(['promote', 'bundle', 'reprice', 'drop', 'keep', 'open'], verdict)

-- name: judged
select
  p.verdict, coalesce(s.name, p.product_id) as product, s.name_zh as product_zh, p.net_sales, p.trading_margin, p.margin_rate, p.discount_rate, p.return_rate,
  p.movement, coalesce(b.name, p.partner_id) as partner, b.name_zh as partner_zh
from products.results as p
left join staging.products as s on s.product_id = p.product_id
left join staging.products as b on b.product_id = p.partner_id
where p.verdict in ('promote', 'bundle', 'reprice', 'drop')
qualify row_number() over (partition by p.verdict order by p.trading_margin desc, p.product_id) <= 6
order by list_position(['promote', 'bundle', 'reprice', 'drop'], p.verdict), p.trading_margin desc, p.product_id

-- name: actions
select 'do_' || action as code, json_object() as arguments, owner, products, customers, prize, audience
from products.actions
order by prize desc nulls last, action
