-- Customer base: is it growing, what is it made of, and on how few does it rest? Movement over the last three complete months.

-- name: terms :one
select
  as_of() as as_of,
  p.from_on,
  p.to_on,
  cast(param('new_customer_days') as integer) as new_days,
  cast(param('trigger_days') as integer) as trigger_days,
  (select max(lapse_days) filter (where kind = 'person') from churn.thresholds) as person_days,
  (select max(lapse_days) filter (where kind = 'organisation') from churn.thresholds) as organisation_days,
  exists (from base.inequality where snapshot = 'year_before') as has_year_before
from summary.periods as p
where p.period = 'quarter' and p.comparison = 'this'

-- name: kpis
with
quarter as (
  select * from summary.kpis where period = 'quarter' and dimension = 'all'
),
beside as (
  select t.*, p.active_customers as active_prior, p.new_customers as new_prior, p.reactivated_customers as back_prior,
    y.active_customers as active_before, y.new_customers as new_before, y.reactivated_customers as back_before,
    ratio(t.lapsed_customers + t.left_customers, p.active_customers) as loss,
    ratio(p.lapsed_customers + p.left_customers, p.active_customers + p.lapsed_customers + p.left_customers - p.new_customers - p.reactivated_customers) as loss_prior
  from quarter as t
  left join quarter as p on p.comparison = 'prior' and p.is_covered
  left join quarter as y on y.comparison = 'year_before' and y.is_covered
  where t.comparison = 'this'
),
top as (
  select t.top_10_share as this, y.top_10_share as before
  from base.inequality as t
  left join base.inequality as y on y.snapshot = 'year_before' and y.kind = 'all'
  where t.snapshot = 'this' and t.kind = 'all'
)
select * exclude (position)
from (
  select 1 as position, 'active' as code, 'count' as unit, active_customers::double as value, active_prior::double as prior, active_before::double as year_before, target_active_customers::double as target, 'up' as good
  from beside
  union all
  select 2, 'new', 'count', new_customers, new_prior, new_before, target_new_customers, 'up' from beside
  union all
  select 3, 'reactivated', 'count', reactivated_customers, back_prior, back_before, null, 'up' from beside
  union all
  select 4, 'loss', 'percent', loss, loss_prior, null, null, 'down' from beside
  union all
  select 5, 'top', 'percent', this, null, before, null, 'down' from top
)
order by position

-- name: findings
with
quarter as (
  select * from summary.kpis where period = 'quarter' and dimension = 'all'
),
compared as (
  select t.*, y.active_customers as before, y.new_customers as new_before,
    y.lapsed_customers + y.left_customers as lost_before,
    y.active_customers + y.lapsed_customers + y.left_customers - y.new_customers - y.reactivated_customers as opening_before,
    t.active_customers + t.lapsed_customers + t.left_customers - t.new_customers - t.reactivated_customers as opening,
    t.lapsed_customers + t.left_customers as lost
  from quarter as t
  left join quarter as y on y.comparison = 'year_before' and y.is_covered
  where t.comparison = 'this' and t.active_customers is not null
),
drivers as (
  select
    dimension, member, customers - customers_before as change,
    row_number() over (order by (customers - customers_before) * (select sign(active_customers - before) from compared) desc, dimension, member) as place
  from base.mix
  where dimension in ('market', 'channel_kind')
),
unequal as (
  select t.*, y.top_10_share as top_10_before, y.gini as gini_before
  from base.inequality as t
  left join base.inequality as y on y.snapshot = 'year_before' and y.kind = t.kind
  where t.snapshot = 'this' and t.kind = 'all' and t.top_10_share is not null
),
best as (
  select g.*, coalesce(i.name_zh, g.category) as category_zh, split_part(segment, ' ', 1) as kind, split_part(segment, ' ', 2) as trait_1, split_part(segment, ' ', 3) as trait_2
  from openings.gaps as g
  left join baskets.items as i on i.level = 'category' and i.item = g.category
  where rank = 1
),
event as (
  select * from triggers.responses where event <> 'all' and is_beyond_noise and lift > 0
  order by lift desc, event
  limit 1
)
select
  case when before is null then 'base_alone' when active_customers > before then 'base_grew' when active_customers < before then 'base_shrank' else 'base_level' end as code,
  1 as rank,
  case when active_customers > before then 'good' when active_customers < before then 'bad' end as tone,
  json_object('active', active_customers, 'change', abs(active_customers - before), 'share', abs(active_customers / nullif(before, 0) - 1),
    'target_share', active_customers / nullif(target_active_customers, 0)) as arguments
from compared
union all
-- What drove it: the market or channel that moved most in the direction of the whole.
select 'driver', 2, null, json_object('is_market', d.dimension = 'market', 'member', d.member, 'change', d.change, 'share', d.change / (c.active_customers - c.before))
from compared as c
join drivers as d on d.place = 1 and sign(d.change) = sign(c.active_customers - c.before)
where c.before > 0
union all
-- The share lost, against the year before: only beyond two standard errors of the difference.
select case when ratio(lost, opening) > ratio(lost_before, opening_before) then 'loss_rose' else 'loss_fell' end, 3,
  case when ratio(lost, opening) > ratio(lost_before, opening_before) then 'bad' else 'good' end,
  json_object('rate', ratio(lost, opening), 'change', ratio(lost, opening) - ratio(lost_before, opening_before), 'lost', lost,
    'customers', round(abs(ratio(lost, opening) - ratio(lost_before, opening_before)) * opening))
from compared
where abs(ratio(lost, opening) - ratio(lost_before, opening_before))
  > 1.96 * sqrt(ratio(lost, opening) * (1 - ratio(lost, opening)) / nullif(opening, 0) + ratio(lost_before, opening_before) * (1 - ratio(lost_before, opening_before)) / nullif(opening_before, 0))
union all
select 'concentration', 4, null,
  json_object('top_1', top_1_share, 'top_10', top_10_share, 'top_20', top_20_share, 'before', top_10_before, 'change', top_10_share - top_10_before, 'gini', gini)
from unequal
union all
select 'keep_top', 5, 'bad', json_object('customers', customers, 'prize', prize)
from base.actions
where action = 'keep_top' and customers > 0
union all
select 'opening', 6, null,
  json_object('market', market, 'place', case when level = 'region' then place end, 'kind', kind, 'trait_1', trait_1, 'trait_2', trait_2, 'category', category, 'category_zh', category_zh,
    'own', shrunk, 'peer', peer, 'size', size, 'low', size_low, 'test', test_customers)
from best
union all
select 'event', 7, null, json_object('event', e.event, 'days', cast(param('trigger_days') as integer), 'response', e.response, 'expected', e.expected, 'lift', e.lift, 'low', e.low, 'high', e.high,
  'due', (select count(*) from triggers.audiences where action = e.event))
from event as e
union all
-- A contribution that rests on an assumption is no finding about the customers.
select 'assumed_cost', 8, 'bad', json_object('share', sum(assumed_cost_of_goods) / nullif(sum(cost_of_goods), 0), 'margin', param('default_margin'))
from core.months
where month > as_of() - 365
having sum(assumed_cost_of_goods) > 0.05 * sum(cost_of_goods)

-- name: movement
with
quarter as (
  select sum(m.opening) filter (where m.month = month_of(p.from_on)) as opening, sum(m.new_customers) as new_customers, sum(m.reactivated) as reactivated,
    sum(m.lapsed) as lapsed, sum(m.left_customers) as left_customers, sum(m.closing) filter (where m.month = month_of(p.to_on)) as closing
  from summary.periods as p
  join churn.movement as m on m.month between p.from_on and p.to_on
  where p.period = 'quarter' and p.comparison = 'this'
  having count(*) > 0
)
select step, customers, is_total
from (
  select 1 as position, 'opening' as step, opening as customers, true as is_total from quarter
  union all select 2, 'new', new_customers, false from quarter
  union all select 3, 'reactivated', reactivated, false from quarter
  union all select 4, 'lapsed', -lapsed, false from quarter
  union all select 5, 'left', -left_customers, false from quarter
  union all select 6, 'closing', closing, true from quarter
)
where customers is not null
order by position

-- name: trend
select month, active_customers, target_active_customers, lag(active_customers, 12) over (order by month) as year_before
from summary.monthly_kpis
where dimension = 'all' and is_complete
qualify row_number() over (order by month desc) <= 13
order by month

-- name: months
select month, sum(opening) as opening, sum(new_customers) as new_customers, sum(reactivated) as reactivated, sum(lapsed) as lapsed,
  sum(left_customers) as left_customers, sum(closing) as closing
from churn.movement
where is_complete
group by month
qualify row_number() over (order by month desc) <= 13
order by month

-- name: stages
select member as stage, customers, customers_before, share, contribution
from base.mix
where dimension = 'stage'
order by list_position(['prospect', 'new', 'developing', 'maintained', 'recovered', 'at_risk', 'lapsed', 'dissolved'], member)

-- name: mix
with
courses as (
  select dimension, member, list(active_customers order by month) filter (where active_customers is not null) as course
  from summary.monthly_kpis
  where is_complete and month > (select month_shift(max(month), -13) from summary.monthly_kpis where is_complete)
  group by dimension, member
)
select
  m.dimension, 'mix_' || m.dimension as code, m.member, c.course,
  customers, case when customers_before >= 30 then customers / customers_before - 1 end as change, share, share - share_before as share_change, contribution, contribution / nullif(customers, 0) as contribution_each
from base.mix as m
left join courses as c on c.dimension = m.dimension and c.member = m.member
where m.dimension in ('kind', 'market', 'channel_kind', 'tenure') and (customers > 0 or customers_before > 0)
qualify row_number() over (partition by m.dimension order by customers desc, m.member) <= 8
order by list_position(['kind', 'market', 'channel_kind', 'tenure'], m.dimension),
  case m.dimension when 'tenure' then list_position(['months_3', 'year_1', 'years_2', 'years_3', 'longer'], m.member) end, customers desc, m.member

-- name: curve
select customer_share, contribution_share, hundredth in (1, 10, 20) as is_marked
from base.concentration
where snapshot = 'this' and kind = 'all' and contribution_share is not null
order by hundredth

-- name: deciles
with
tenths as (
  select
    cast(ceil(hundredth / 10) as integer) as decile, snapshot,
    sum(customers) as customers, sum(contribution) as contribution
  from base.concentration
  where kind = 'all'
  group by decile, snapshot
),
shared as (
  select *, ratio(contribution, sum(contribution) over (partition by snapshot)) as share
  from tenths
)
select t.decile, t.customers, t.contribution, t.contribution / t.customers as contribution_each, t.share, t.share - y.share as change
from shared as t
left join shared as y on y.decile = t.decile and y.snapshot = 'year_before'
where t.snapshot = 'this'
order by t.decile

-- name: openings
select
  market, case when g.level = 'region' then place end as region,
  'segment' as code, split_part(segment, ' ', 1) as kind, nullif(split_part(segment, ' ', 2), '') as trait_1, nullif(split_part(segment, ' ', 3), '') as trait_2, g.category, i.name_zh as category_zh,
  buyers, shrunk, peer, size, size_low, test_customers
from openings.gaps as g
left join baskets.items as i on i.level = 'category' and i.item = g.category
where rank <= 10
order by rank

-- name: events
select r.event, r.events, r.response, r.expected, r.lift, r.low, r.high, case when r.is_beyond_noise then r.lift * r.events_a_year * r.margin end as worth,
  (select count(*) from triggers.audiences as a where r.event in (a.action, 'all')) as due, r.event = 'all' as is_total
from triggers.responses as r
order by is_total, r.lift desc, r.event

-- name: actions
with
found as (
  select 1 as position, 'keep' as code, owner, customers, prize, audience, json_object() as arguments
  from base.actions
  union all
  select 1 + g.rank, 'open', a.owner, a.customers, a.prize, a.audience,
    json_object('rank', g.rank, 'market', g.market, 'place', case when g.level = 'region' then g.place end, 'category', g.category, 'category_zh', coalesce(i.name_zh, g.category), 'test', g.test_customers)
  from openings.actions as a
  join openings.gaps as g on a.action = 'open_' || g.rank
  left join baskets.items as i on i.level = 'category' and i.item = g.category
  union all
  select 20, 'life_event', owner, customers, prize, audience, json_object('event', action)
  from triggers.actions
)
select code, owner, customers, prize, audience, arguments
from found
order by position, customers desc
