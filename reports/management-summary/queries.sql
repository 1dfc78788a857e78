-- Management summary. Three complete months against the three before and those of the year before; twelve months in the
-- trend. Figures of a period that the data do not cover are null, and the page leaves the comparison out.

-- name: period :one
select
  from_on, to_on,
  param('lapse_quantile') as lapse_quantile,
  (select is_covered from summary.periods where period = 'quarter' and comparison = 'year_before') as has_year_before
from summary.periods
where period = 'quarter' and comparison = 'this'

-- name: kpis
with
quarter as (
  select * from summary.kpis where period = 'quarter' and dimension = 'all'
),
this as (select * from quarter where comparison = 'this'),
prior as (select * from quarter where comparison = 'prior'),
year_before as (select * from quarter where comparison = 'year_before'),
figures as (
  select 1 as position, 'net_sales' as code, 'money' as unit, t.net_sales as value, p.net_sales as prior, y.net_sales as year_before, t.target_net_sales as target, 'up' as good
  from this as t left join prior as p on true left join year_before as y on true
  union all
  select 2, 'contribution', 'money', t.contribution, p.contribution, y.contribution, t.target_contribution, 'up'
  from this as t left join prior as p on true left join year_before as y on true
  union all
  select 3, 'active_customers', 'count', t.active_customers, p.active_customers, y.active_customers, t.target_active_customers, 'up'
  from this as t left join prior as p on true left join year_before as y on true
  union all
  select 4, 'new_customers', 'count', t.new_customers, p.new_customers, y.new_customers, t.target_new_customers, 'up'
  from this as t left join prior as p on true left join year_before as y on true
  union all
  select 5, 'average_order_value', 'money', t.average_order_value, p.average_order_value, y.average_order_value, null, 'up'
  from this as t left join prior as p on true left join year_before as y on true
  union all
  select 6, 'repeat_rate', 'percent', t.repeat_rate, p.repeat_rate, y.repeat_rate, null, 'up'
  from this as t left join prior as p on true left join year_before as y on true
  union all
  select 7, 'return_rate', 'percent', t.return_rate, p.return_rate, y.return_rate, null, 'down'
  from this as t left join prior as p on true left join year_before as y on true
  union all
  select 8, 'contribution_rate', 'percent', t.contribution_rate, p.contribution_rate, y.contribution_rate, null, 'up'
  from this as t left join prior as p on true left join year_before as y on true
)
select code, unit, value, prior, year_before, target, good
from figures
order by position

-- name: findings
with
quarter as (
  select * from summary.kpis where period = 'quarter' and dimension = 'all'
),
compared as (
  select
    t.*,
    y.net_sales as net_sales_before,
    y.net_sales_constant as net_sales_constant_before,
    y.contribution as contribution_before,
    y.active_customers as active_before,
    y.return_rate as return_rate_before,
    y.gross_sales as gross_sales_before,
    p.net_sales as net_sales_prior
  from quarter as t
  left join quarter as p on p.comparison = 'prior' and p.is_covered
  left join quarter as y on y.comparison = 'year_before' and y.is_covered
  where t.comparison = 'this'
),
costs as (
  select
    sum(l.gross_sales) filter (where l.cost_basis = 'assumed') / nullif(sum(l.gross_sales), 0) as assumed_share
  from core.lines as l
  join compared as c on l.booked_on between c.from_on and c.to_on
),
drivers as (
  select
    t.dimension, t.member,
    t.net_sales - y.net_sales as change,
    row_number() over (
      partition by t.dimension
      order by (t.net_sales - y.net_sales) * (select sign(net_sales - net_sales_before) from compared) desc, t.member
    ) as place
  from summary.kpis as t
  join summary.kpis as y
    on y.period = t.period and y.dimension = t.dimension and y.member = t.member and y.comparison = 'year_before' and y.is_covered
  where t.period = 'quarter' and t.comparison = 'this' and t.dimension = 'channel_kind' and t.member <> 'none'
)
-- What changed. Less than half a per cent is no change.
select
  case
    when coalesce(net_sales_before, 0) = 0 then 'net_sales_alone'
    when net_sales > net_sales_before * 1.005 then 'net_sales_rose'
    when net_sales < net_sales_before * 0.995 then 'net_sales_fell'
    else 'net_sales_level'
  end as code,
  1 as rank,
  case when net_sales_before = 0 then null when net_sales > net_sales_before * 1.005 then 'good' when net_sales < net_sales_before * 0.995 then 'bad' end as tone,
  json_object('net', net_sales, 'before', net_sales_before, 'change', net_sales / nullif(net_sales_before, 0) - 1,
    'prior_change', net_sales / nullif(net_sales_prior, 0) - 1) as arguments
from compared
where net_sales is not null
union all
-- What drove it: the channel that moved most in the direction of the whole.
select
  case when d.change > 0 then 'driver_up' else 'driver_down' end, 2, null,
  json_object('channel', d.member, 'change', d.change, 'share', d.change / (c.net_sales - c.net_sales_before))
from compared as c
join drivers as d on d.place = 1 and sign(d.change) = sign(c.net_sales - c.net_sales_before)
where abs(c.net_sales - c.net_sales_before) > 0.005 * c.net_sales_before
union all
-- The effect of exchange, where it is a tenth of a per cent of sales or more.
select
  'exchange', 3, null,
  json_object('effect', (net_sales - net_sales_before) - (net_sales_constant - net_sales_constant_before),
    'constant_change', net_sales_constant / net_sales_constant_before - 1)
from compared
where net_sales_before > 0 and net_sales_constant_before > 0
  and abs((net_sales - net_sales_before) - (net_sales_constant - net_sales_constant_before)) >= 0.001 * abs(net_sales_before)
union all
select
  case when contribution >= contribution_before then 'contribution_rose' else 'contribution_fell' end, 4,
  case when contribution >= contribution_before then 'good' else 'bad' end,
  json_object('contribution', contribution, 'change', contribution - contribution_before,
    'rate', contribution / net_sales, 'rate_change', contribution / net_sales - contribution_before / net_sales_before)
from compared
where contribution_before is not null and net_sales > 0 and net_sales_before > 0
union all
-- The step of the profit bridge that moved it most, and what stood most against it.
select 'bridge', 4, null, json_object('step', most.step, 'amount', most.amount, 'against', against.step, 'against_amount', against.amount)
from compared as c
join lateral (
  select step, amount from finance.bridge
  where period = 'quarter' and comparison = 'year_before' and not is_total and sign(amount) = sign(c.contribution - c.contribution_before)
  order by abs(amount) desc, position limit 1
) as most on true
left join lateral (
  select step, amount from finance.bridge
  where period = 'quarter' and comparison = 'year_before' and not is_total and sign(amount) = -sign(c.contribution - c.contribution_before)
  order by abs(amount) desc, position limit 1
) as against on true
union all
select
  case when net_sales >= target_net_sales then 'target_met' else 'target_missed' end, 5,
  case when net_sales >= target_net_sales then 'good' else 'bad' end,
  json_object('gap', abs(net_sales - target_net_sales), 'share', net_sales / target_net_sales)
from compared
where target_net_sales > 0
union all
select
  case when active_customers >= active_before then 'base_grew' else 'base_shrank' end, 6,
  case when active_customers >= active_before then 'good' else 'bad' end,
  json_object('active', active_customers, 'change', abs(active_customers - active_before), 'change_share', abs(active_customers / active_before - 1),
    'new', new_customers, 'reactivated', reactivated_customers, 'lapsed', lapsed_customers, 'left', left_customers)
from compared
where active_before > 0 and active_customers <> active_before
union all
-- Returns: only a change beyond what chance gives (two standard errors of the share is a floor, orders being independent).
select
  case when return_rate > return_rate_before then 'returns_rose' else 'returns_fell' end, 7,
  case when return_rate > return_rate_before then 'bad' else 'good' end,
  json_object('rate', return_rate, 'change', return_rate - return_rate_before, 'worth', abs(return_rate - return_rate_before) * gross_sales)
from compared
where abs(return_rate - return_rate_before) > 2 * sqrt(return_rate_before * (1 - return_rate_before) / nullif(orders, 0))
union all
select
  'unknown_customers', 8, null,
  json_object('amount', unknown_net_sales, 'share', unknown_net_sales / net_sales, 'orders', unknown_orders)
from compared
where unknown_orders > 0 and net_sales > 0
union all
-- A contribution that rests on an assumption is no finding about the firm.
select 'assumed_cost', 5, 'bad', json_object('share', assumed_share, 'margin', param('default_margin'))
from costs
where assumed_share > 0.05

-- name: trend
select month, net_sales, target_net_sales,
  lag(net_sales, 12) over (order by month) as year_before
from summary.monthly_kpis
where dimension = 'all' and is_complete
qualify row_number() over (order by month desc) <= 13
order by month

-- name: base_trend
select month, active_customers, target_active_customers,
  lag(active_customers, 12) over (order by month) as year_before
from summary.monthly_kpis
where dimension = 'all' and is_complete
qualify row_number() over (order by month desc) <= 13
order by month

-- name: bridge
select step, amount, is_total
from finance.bridge
where period = 'quarter' and comparison = 'year_before' and (is_total or amount <> 0)
order by position

-- name: openings
select market, category, any_value(i.name_zh) as category_zh, cast(sum(buyers) as bigint) as buyers, sum(size) as size, sum(size_low) as size_low
from openings.gaps as g
left join baskets.items as i on i.level = 'category' and i.item = g.category
where rank is not null and g.level = 'market'
group by market, category
order by size desc, market, category
limit 5

-- name: horizons
with
measures as (
  select period, comparison, from_on, to_on,
    unnest([
      {position: 1, code: 'net_sales', value: net_sales::double},
      {position: 2, code: 'trading_margin', value: trading_margin::double},
      {position: 3, code: 'contribution', value: contribution::double}
    ], recursive := true)
  from summary.kpis
  where dimension = 'all' and is_covered
)
select
  m.code,
  any_value(m.value) filter (where m.period = 'month') as month_value,
  any_value(m.value / nullif(y.value, 0) - 1) filter (where m.period = 'month') as month_change,
  any_value(m.value) filter (where m.period = 'quarter') as quarter_value,
  any_value(m.value / nullif(y.value, 0) - 1) filter (where m.period = 'quarter') as quarter_change,
  any_value(m.value) filter (where m.period = 'year') as year_value,
  any_value(m.value / nullif(y.value, 0) - 1) filter (where m.period = 'year') as year_change
from measures as m
left join measures as y on y.period = m.period and y.code = m.code and y.comparison = 'year_before'
where m.comparison = 'this'
group by m.code, m.position
order by m.position

-- name: markets
select
  t.member as market,
  t.net_sales,
  t.net_sales / nullif(y.net_sales, 0) - 1 as change,
  t.net_sales_constant / nullif(y.net_sales_constant, 0) - 1 as constant_change,
  t.trading_margin / nullif(t.net_sales, 0) as margin_rate,
  t.active_customers,
  t.active_customers / nullif(y.active_customers, 0) - 1 as active_change,
  t.net_sales / nullif(t.target_net_sales, 0) as target_share
from summary.kpis as t
left join summary.kpis as y
  on y.period = t.period and y.dimension = t.dimension and y.member = t.member and y.comparison = 'year_before' and y.is_covered
where t.period = 'quarter' and t.dimension = 'market' and t.comparison = 'this' and t.net_sales <> 0
order by t.net_sales desc, t.member
limit 10

-- name: channels
select
  t.member as channel_kind,
  t.net_sales,
  t.net_sales - y.net_sales as change
from summary.kpis as t
left join summary.kpis as y
  on y.period = t.period and y.dimension = t.dimension and y.member = t.member and y.comparison = 'year_before' and y.is_covered
where t.period = 'quarter' and t.dimension = 'channel_kind' and t.comparison = 'this' and t.member <> 'none' and t.net_sales <> 0
order by t.net_sales desc, t.member

-- name: actions
select replace(report, '-', '_') || '_' || action as code, report, owner, customers, prize
from summary.actions
order by prize desc nulls last, customers desc nulls last, report, action
limit 12

-- name: reconciliation
select class, lines, orders, customers, net_amount
from core.reconciliation
order by position
