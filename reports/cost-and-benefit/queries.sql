-- Cost and benefit: does the programme pay? Costs by month, what is proven by control groups, and what is only attributed.

-- name: terms :one
select
  as_of() as as_of,
  (select from_month from finance.programme) as from_month,
  (select months from finance.programme) as months,
  (select horizon_months from ltv.assumptions limit 1) as horizon_months

-- name: kpis
with
years as (
  select
    sum(c.amount) filter (where c.is_programme and c.month between t.from_on and t.to_on) as programme,
    sum(c.amount) filter (where c.is_programme and c.month between y.from_on and y.to_on and y.is_covered) as programme_before
  from summary.periods as t
  join summary.periods as y on y.period = 'year' and y.comparison = 'year_before'
  cross join finance.costs as c
  where t.period = 'year' and t.comparison = 'this'
)
select code, unit, value, year_before, good
from (
  select 1 as position, 'programme' as code, 'money' as unit, programme::double as value, programme_before::double as year_before, 'down' as good from years where programme is not null
  union all
  select 2, 'cost', 'money', cost, null, 'down' from finance.programme
  union all
  select 3, 'incremental', 'money', incremental_margin, null, 'up' from finance.programme where incremental_margin is not null
  union all
  select 4, 'payback', 'number', payback, null, 'up' from finance.programme where payback is not null
)
order by position

-- name: findings
with
programme as (
  select * from finance.programme
),
ends as (
  select
    sum(prize) filter (where action = 'drop') as dropped, sum(prize) filter (where action = 'repeat') as repeated,
    sum(cost) filter (where action = 'test') as untested, sum(campaigns) filter (where action = 'test') as untested_campaigns
  from finance.actions
),
best as (
  select * from finance.initiatives where basis = 'incremental' and is_over and incremental_low > cost and started_on > as_of() - 730
  order by incremental_margin - cost desc, campaign_id
  limit 1
),
worst as (
  select * from finance.initiatives where basis = 'incremental' and is_over and incremental_high < cost and started_on > as_of() - 730
  order by incremental_margin - cost, campaign_id
  limit 1
),
members as (
  select * from finance.initiatives where medium = 'programme' and basis = 'incremental'
  order by started_on, campaign_id
  limit 1
),
targets as (
  select * from summary.kpis where period = 'year' and comparison = 'this' and dimension = 'all' and target_contribution > 0
)
select
  case when incremental_margin is null then 'untested' when payback_low > 1 then 'pays' when payback_high < 1 then 'pays_not' else 'open' end as code, 1 as rank,
  case when payback_low > 1 then 'good' when payback_high < 1 then 'bad' end as tone,
  json_object('cost', cost, 'margin', incremental_margin, 'low', incremental_low, 'high', incremental_high, 'payback', payback, 'months', months, 'tested', tested) as arguments
from programme
union all
select 'lists', 2, null, json_object('value', list_value)
from programme
where list_value is not null
union all
select 'members', 3, case when change_low > 0 then 'good' when change_high < 0 then 'bad' end,
  json_object('name', name, 'treated_before', treated_before, 'treated_after', treated_after, 'control_before', control_before, 'control_after', control_after,
    'change', change_margin, 'low', change_low, 'high', change_high, 'is_clear', change_low > 0 or change_high < 0)
from members
union all
select 'best', 4, 'good', json_object('name', name, 'margin', incremental_margin, 'low', incremental_low, 'high', incremental_high, 'cost', cost)
from best
union all
select 'worst', 5, 'bad', json_object('name', name, 'margin', incremental_margin, 'low', incremental_low, 'high', incremental_high, 'cost', cost)
from worst
union all
select 'dropped', 6, 'bad', json_object('prize', dropped)
from ends
where dropped > 0
union all
select 'without_control', 7, 'bad', json_object('cost', untested, 'campaigns', untested_campaigns, 'attributed', (select attributed_margin from programme))
from ends
where untested > 0
union all
select case when contribution >= target_contribution then 'target_met' else 'target_missed' end, 8, case when contribution >= target_contribution then 'good' else 'bad' end,
  json_object('share', contribution / target_contribution, 'gap', abs(contribution - target_contribution))
from targets
union all
select 'no_programme', 1, null, json_object()
where not exists (from finance.programme)

-- name: costs
with
shown as (
  select
    c.cost_kind, c.is_programme, case when c.is_programme and c.member <> 'all' then c.member end as member,
    sum(c.amount) filter (where c.month between t.from_on and t.to_on) as amount,
    sum(c.amount) filter (where y.is_covered and c.month between y.from_on and y.to_on) as before
  from finance.costs as c
  join summary.periods as t on t.period = 'year' and t.comparison = 'this'
  join summary.periods as y on y.period = 'year' and y.comparison = 'year_before'
  group by all
)
select case when is_programme then 'programme' else 'other' end as part, cost_kind, member, amount, before, amount / nullif(before, 0) - 1 as change
from shown
where amount > 0
order by is_programme desc, amount desc, cost_kind, member

-- name: programme_bridge
with
p as (
  select * from finance.programme where incremental_margin is not null
),
parts as (
  select cost_kind, sum(amount) as amount from finance.costs where is_programme group by cost_kind
)
select step, amount, is_total
from (
  select 1 as position, 'incremental' as step, incremental_margin as amount, true as is_total from p
  union all
  select 2 + list_position(['contact', 'campaign', 'list', 'programme'], cost_kind), cost_kind, -amount::double, false from parts where exists (from p)
  union all
  select 9, 'net', incremental_margin - cost::double, true from p
)
order by position

-- name: bridge
select step, amount, is_total
from finance.bridge
where period = 'year' and comparison = 'year_before' and (is_total or amount <> 0)
order by position

-- name: flows
select e.new_customers, e.returned_customers, e.lost_customers, e.continuing_customers, e.new_margin, e.returned_margin, e.lost_margin,
  e.volume + e.mix + e.price + e.discount + e.goods + e.returns as like_for_like, e.period
from finance.effects as e
join summary.periods as t on t.period = e.period and t.comparison = 'this' and t.from_on = e.from_on
where e.comparison = 'year_before'
order by list_position(['month', 'quarter', 'year'], e.period)

-- name: members
select name, treated, control, treated_before, treated_after, control_before, control_after, change_margin, change_low, change_high, cost, started_on
from finance.initiatives
where medium = 'programme' and basis = 'incremental'
order by started_on, campaign_id

-- name: tested
select name, medium, purpose, started_on, treated, control, cost, incremental_margin, incremental_low, incremental_high, roi
from finance.initiatives
where basis = 'incremental' and started_on > as_of() - 730
order by started_on desc, campaign_id

-- name: returns
select name, incremental_margin - cost as net, incremental_low - cost as net_low, incremental_high - cost as net_high
from finance.initiatives
where basis = 'incremental' and medium is distinct from 'programme' and started_on > as_of() - 730
order by net desc, campaign_id

-- name: untested
select purpose, medium, count(*) as campaigns, sum(treated) as treated, sum(cost) as cost, sum(attributed_margin) as attributed_margin
from finance.initiatives
where basis = 'attributed' and started_on > as_of() - 730
group by purpose, medium
order by cost desc, purpose, medium

-- name: lists
select l.name, r.total_cost, r.value, r.payback, r.payback_low, r.payback_high, r.basis
from lists.results as r
join staging.lists as l on l.list_id = r.list_id
order by r.payback desc nulls last, l.name

-- name: targets
with
measured as (
  select k.period, k.member as market, unnest([
    {position: 1, measure: 'net_sales', actual: k.net_sales::double, target: k.target_net_sales::double},
    {position: 2, measure: 'contribution', actual: k.contribution::double, target: k.target_contribution::double},
    {position: 3, measure: 'new_customers', actual: k.new_customers::double, target: k.target_new_customers::double},
    {position: 4, measure: 'active_customers', actual: k.active_customers::double, target: k.target_active_customers::double}
  ], recursive := true)
  from summary.kpis as k
  where k.comparison = 'this' and k.dimension in ('all', 'market') and k.period in ('quarter', 'year')
)
select
  measure, case when market = 'all' then null else market end as market, market = 'all' as is_total,
  any_value(case when position <= 2 then actual end) filter (where period = 'quarter') as money, any_value(case when position > 2 then actual end) filter (where period = 'quarter') as number,
  any_value(actual / nullif(target, 0)) filter (where period = 'quarter') as quarter_share,
  any_value(actual / nullif(target, 0) - 1) filter (where period = 'quarter') as quarter_gap,
  any_value(actual / nullif(target, 0)) filter (where period = 'year') as year_share
from measured
where target is not null
group by measure, position, market
order by position, is_total desc, market

-- name: actions
select action as code, purpose, medium, owner, customers, campaigns, cost, prize, audience
from finance.actions
order by prize desc nulls last, cost desc, purpose, medium
