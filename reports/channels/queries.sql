-- Channels: who performs? The last twelve complete months against the twelve before; channels, stores and staff.

-- name: terms :one
select
  year_from() as from_on,
  last_complete_day() as to_on,
  cast(param('min_group') as integer) as min_group,
  exists (from channels.results where orders > 0) as has_orders,
  (select count(distinct channel_id) from channels.results where channel_id <> 'none' and orders > 0) > 1 as has_channels,
  exists (from channels.results where year = 'this' and has_cost) as has_cost,
  exists (from channels.results where year = 'prior' and orders > 0) as has_prior,
  exists (from channels.members) as has_members

-- name: kpis
with
sums as (
  select
    year, sum(net_sales)::double as net_sales, sum(contribution)::double as contribution, sum(returned) / nullif(sum(gross_sales), 0) as return_rate,
    sum(channel_cost + serving_cost + acquisition_cost)::double as cost, sum(new_customers) as new_customers
  from channels.results
  group by year
  having sum(orders) > 0
),
this as (select * from sums where year = 'this'),
prior as (select * from sums where year = 'prior')
select code, unit, value, year_before, good
from (
  select 1 as position, 'net_sales' as code, 'money' as unit, t.net_sales as value, p.net_sales as year_before, 'up' as good from this as t left join prior as p on true
  union all
  select 2, 'contribution', 'money', t.contribution, p.contribution, 'up' from this as t left join prior as p on true
  union all
  select 3, 'contribution_rate', 'percent', t.contribution / nullif(t.net_sales, 0), p.contribution / nullif(p.net_sales, 0), 'up' from this as t left join prior as p on true
  union all
  select 4, 'cost_rate', 'percent', nullif(t.cost, 0) / nullif(t.net_sales, 0), nullif(p.cost, 0) / nullif(p.net_sales, 0), 'down' from this as t left join prior as p on true
  union all
  select 5, 'return_rate', 'percent', t.return_rate, p.return_rate, 'down' from this as t left join prior as p on true
  union all
  select 6, 'new_customers', 'count', t.new_customers, p.new_customers, 'up' from this as t left join prior as p on true
)
order by position

-- name: findings
with
named as (
  select r.*, coalesce(c.name, r.channel_id) as name, coalesce(c.name_zh, c.name, r.channel_id) as name_zh
  from channels.results as r
  left join staging.channels as c on c.channel_id = r.channel_id
  where r.channel_id <> 'none'
),
this as (select * from named where year = 'this' and orders > 0),
prior as (select * from named where year = 'prior'),
totals as (
  select count(*) as channels, sum(contribution) as contribution, sum(contribution) / nullif(sum(net_sales), 0) as rate, bool_or(has_cost) as has_cost
  from this
),
changed as (
  select t.name, t.name_zh, t.contribution - p.contribution as change, t.contribution_rate as rate, p.contribution_rate as prior_rate,
    (t.net_sales - p.net_sales) - (t.net_sales_constant - p.net_sales_constant) as exchange
  from this as t
  join prior as p on p.channel_id = t.channel_id
),
moves as (
  select a.from_channel, a.to_channel, a.customers as there, coalesce(b.customers, 0) as back
  from channels.migration as a
  left join channels.migration as b on b.from_channel = a.to_channel and b.to_channel = a.from_channel
  where a.from_channel not in ('new', 'silent', 'none') and a.to_channel not in ('silent', 'none') and a.from_channel <> a.to_channel
),
stayed as (
  select sum(customers) as customers, sum(customers) filter (where from_channel = to_channel) as same
  from channels.migration
  where from_channel not in ('new', 'silent') and to_channel <> 'silent'
),
assumed as (
  select sum(case when cost_basis = 'assumed' then gross_sales else 0 end) / nullif(sum(gross_sales), 0) as share
  from core.lines
  where pack_year(booked_on) = 'this'
),
stores as (
  select m.*, coalesce(s.name, m.member) as name, row_number() over (order by m.trading_margin - m.prior_trading_margin) as place
  from channels.members as m
  left join staging.stores as s on s.store_id = m.member
  where m.dimension = 'store' and m.movement = 'falling' and m.orders < m.prior_orders and (m.left_on is null or m.left_on > as_of())
),
staff as (
  select
    count(*) filter (where r.standing is not null) as judged,
    count(*) filter (where r.standing = 'above') as above,
    count(*) filter (where r.standing = 'below') as below,
    max(r.shrunk) filter (where r.standing = 'above') as best,
    min(r.shrunk) filter (where r.standing = 'below') as worst
  from channels.ranking as r
  where r.dimension = 'staff' and r.measure = 'margin'
)
(
  select 'best' as code, 1 as rank, null as tone,
    json_object('name', t.name, 'name_zh', t.name_zh, 'contribution', t.contribution, 'share', t.contribution / s.contribution, 'rate', t.contribution_rate, 'mean', s.rate, 'cost', s.has_cost) as arguments
  from this as t, totals as s
  where s.channels > 1 and s.contribution > 0
  order by t.contribution desc
  limit 1
)
union all
(
  select 'weakest', 2, 'bad', json_object('name', t.name, 'name_zh', t.name_zh, 'rate', t.contribution_rate, 'mean', s.rate, 'contribution', t.contribution)
  from this as t, totals as s
  where s.channels > 2 and s.has_cost and t.has_cost
  order by t.contribution_rate
  limit 1
)
union all
(
  select case when change > 0 then 'channel_up' else 'channel_down' end, 3, case when change > 0 then 'good' else 'bad' end,
    json_object('name', name, 'name_zh', name_zh, 'change', change, 'rate', rate, 'prior_rate', prior_rate, 'exchange', exchange)
  from changed
  where (select channels from totals) > 1 and change <> 0
  order by abs(change) desc
  limit 1
)
union all
select 'alone', 1, null, json_object()
where exists (from channels.results where orders > 0) and (select count(distinct channel_id) from channels.results where channel_id <> 'none' and orders > 0) < 2
union all
select 'no_cost', 2, 'bad', json_object()
from totals
where channels > 1 and not has_cost
union all
select 'assumed_cost', 2, 'bad', json_object('share', share, 'margin', param('default_margin'))
from assumed
where share > 0.5
union all
select 'worth_' || value_standing, 4, case value_standing when 'above' then 'good' else 'bad' end,
  json_object('name', name, 'name_zh', name_zh, 'difference', abs(value_difference), 'error', 1.96 * value_error, 'customers', valued_customers, 'each', acquisition_cost_each)
from this
where value_standing in ('above', 'below')
qualify row_number() over (partition by value_standing order by abs(value_difference) desc) = 1
union all
select 'stayed', 5, null, json_object('customers', customers, 'share', same / customers)
from stayed
where customers > 0 and (select channels from totals) > 1
union all
(
  select 'drift', 6, null, json_object('name', coalesce(f.name, m.from_channel), 'name_zh', coalesce(f.name_zh, f.name, m.from_channel), 'other', coalesce(t.name, m.to_channel),
    'other_zh', coalesce(t.name_zh, t.name, m.to_channel), 'there', m.there, 'back', m.back)
  from moves as m
  left join staging.channels as f on f.channel_id = m.from_channel
  left join staging.channels as t on t.channel_id = m.to_channel
  where m.there - m.back > 1.96 * sqrt(m.there + m.back) and m.there >= param('min_group')
  order by m.there - m.back desc
  limit 1
)
union all
select 'store_falls', 7, 'bad',
  json_object('name', s.name, 'orders', s.orders, 'prior', s.prior_orders, 'margin', s.trading_margin - s.prior_trading_margin, 'returns', r.shrunk, 'returns_expected', r.expected,
    'cases', c.shrunk, 'cases_expected', c.expected)
from stores as s
left join channels.ranking as r on r.dimension = 'store' and r.member = s.member and r.measure = 'returns' and r.standing = 'above'
left join channels.ranking as c on c.dimension = 'store' and c.member = s.member and c.measure = 'cases' and c.standing = 'above'
where s.place <= 2
union all
select 'staff_apart', 8, null, json_object('judged', judged, 'above', above, 'below', below, 'best', best - 1, 'worst', 1 - worst,
  'prize', (select prize from channels.actions where action = 'coach'))
from staff
where above > 0 and below > 0
union all
select 'staff_alike', 8, null, json_object('judged', judged)
from staff
where judged > 1 and above = 0 and below = 0
union all
select 'closed', 9, null, json_object('customers', customers, 'prize', prize)
from channels.actions
where action = 'invite_elsewhere'

-- name: channels
with
named as (
  select r.*, coalesce(c.name, case when r.channel_id = 'none' then '–' else r.channel_id end) as name, coalesce(c.name_zh, c.name, case when r.channel_id = 'none' then '–' else r.channel_id end) as name_zh
  from channels.results as r
  left join staging.channels as c on c.channel_id = r.channel_id
)
select
  t.name as channel, t.name_zh as channel_zh, t.net_sales,
  case when p.net_sales > 0 then t.net_sales / p.net_sales - 1 end as change,
  t.trading_margin, t.channel_cost, t.serving_cost, t.acquisition_cost, t.contribution, t.contribution_rate, t.return_rate, false as is_total
from named as t
left join named as p on p.year = 'prior' and p.channel_id = t.channel_id
where t.year = 'this'
union all
select
  null, null, sum(t.net_sales), case when sum(p.net_sales) > 0 then sum(t.net_sales) / sum(p.net_sales) - 1 end, sum(t.trading_margin), sum(t.channel_cost), sum(t.serving_cost),
  sum(t.acquisition_cost), sum(t.contribution), sum(t.contribution) / nullif(sum(t.net_sales), 0), sum(t.returned) / nullif(sum(t.gross_sales), 0), true
from named as t
left join named as p on p.year = 'prior' and p.channel_id = t.channel_id
where t.year = 'this'
having count(*) > 1
order by is_total, contribution desc

-- name: contributions
select coalesce(c.name, r.channel_id) as channel, c.name_zh as channel_zh, r.contribution, r.contribution_rate, 'primary' as tone
from channels.results as r
left join staging.channels as c on c.channel_id = r.channel_id
where r.year = 'this' and r.channel_id <> 'none' and r.orders > 0
order by r.contribution desc

-- name: months
select coalesce(c.name, m.channel_id) as channel, c.name_zh as channel_zh, m.month, m.net_sales, m.net_sales_before
from channels.months as m
left join staging.channels as c on c.channel_id = m.channel_id
where m.channel_id <> 'none' and m.month >= year_from()
order by sum(m.net_sales) over (partition by m.channel_id) desc, m.channel_id, m.month

-- name: newcomers
select
  coalesce(c.name, r.channel_id) as channel, c.name_zh as channel_zh, r.new_customers, r.acquisition_cost_each, r.valued_customers, r.later_margin,
  r.value_difference - 1.96 * r.value_error as low, r.value_difference, r.value_difference + 1.96 * r.value_error as high, r.value_standing
from channels.results as r
left join staging.channels as c on c.channel_id = r.channel_id
where r.year = 'this' and r.channel_id <> 'none' and r.new_customers > 0
order by r.value_difference desc nulls last, r.channel_id

-- name: migration
with
sides as (
  select channel_id, coalesce(name, channel_id) as name, coalesce(name_zh, name, channel_id) as name_zh, row_number() over (order by opened_on, channel_id) as position from staging.channels
  union all
  select 'new', 'New', '新客户', 98
  union all
  select 'silent', 'No purchase', '未购买', 99
)
select f.name as before, f.name_zh as before_zh, t.name as now, t.name_zh as now_zh, m.customers,
  case when t.channel_id = 'silent' then 'bad' when f.channel_id in ('new', 'silent') then 'good' when f.channel_id = t.channel_id then 'before' else 'primary' end as tone
from channels.migration as m
join sides as f on f.channel_id = m.from_channel
join sides as t on t.channel_id = m.to_channel
where exists (from channels.results where year = 'prior' and orders > 0) and m.customers > 0
order by f.position, t.position

-- name: stores
select
  coalesce(s.name, m.member) as store, m.market, m.net_sales, m.trading_margin,
  case when m.prior_orders > 0 then m.orders / m.prior_orders - 1 end as change, m.movement,
  v.shrunk - 1.96 * v.error as low, v.shrunk as margin, v.shrunk + 1.96 * v.error as high, v.standing,
  r.shrunk as returns, r.standing as returns_standing, c.shrunk as cases, c.standing as cases_standing, m.new_customers
from channels.members as m
left join staging.stores as s on s.store_id = m.member
left join channels.ranking as v on v.dimension = 'store' and v.member = m.member and v.measure = 'margin'
left join channels.ranking as r on r.dimension = 'store' and r.member = m.member and r.measure = 'returns'
left join channels.ranking as c on c.dimension = 'store' and c.member = m.member and c.measure = 'cases'
where m.dimension = 'store' and m.orders > 0
order by v.shrunk desc nulls last, m.member
limit 40

-- name: store_index
select coalesce(s.name, r.member) as store, r.shrunk - 1 as difference, r.shrunk - 1 - 1.96 * r.error as low, r.shrunk - 1 + 1.96 * r.error as high
from channels.ranking as r
left join staging.stores as s on s.store_id = r.member
where r.dimension = 'store' and r.measure = 'margin' and r.standing is not null
qualify row_number() over (order by r.shrunk desc, r.member) <= 8 or row_number() over (order by r.shrunk, r.member) <= 8
order by r.shrunk desc, r.member

-- name: staff
select
  m.member as staff, m.store_id as store, m.market, m.orders, m.trading_margin, v.value,
  v.shrunk - 1.96 * v.error as low, v.shrunk as margin, v.shrunk + 1.96 * v.error as high, v.standing
from channels.members as m
join channels.ranking as v on v.dimension = 'staff' and v.member = m.member and v.measure = 'margin'
where m.dimension = 'staff' and v.standing in ('above', 'below')
order by v.shrunk desc, m.member
limit 30

-- name: staff_index
select member as staff, shrunk - 1 as difference, shrunk - 1 - 1.96 * error as low, shrunk - 1 + 1.96 * error as high
from channels.ranking
where dimension = 'staff' and measure = 'margin' and standing is not null
qualify row_number() over (order by shrunk desc, member) <= 6 or row_number() over (order by shrunk, member) <= 6
order by shrunk desc, member

-- name: actions
select 'do_' || action as code, json_object() as arguments, owner, members, customers, prize, audience
from channels.actions
order by prize desc nulls last, action
