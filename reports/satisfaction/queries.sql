-- Satisfaction, service and loyalty: does service cost us customers, and who recommends us?

-- name: terms :one
select
  as_of() as as_of,
  year_from() as from_on,
  last_complete_day() as to_on,
  cast(param('case_days') as integer) as case_days,
  cast(param('min_group') as integer) as min_group,
  (select max(lapse_days) filter (where kind = 'person') from churn.thresholds) as lapse_days,
  exists (from service.scores) as has_surveys,
  exists (from service.scores where target is not null) as has_target,
  exists (from service.cases) as has_cases,
  exists (from loyalty.referrals) as has_referrals,
  exists (from core.customers where purchases > 0) as has_buyers

-- name: kpis
with
scores as (
  select question, span, score, answers, asked, target from service.scores where dimension = 'all' and span in ('this', 'prior')
),
cases as (
  select * from service.causes where case_kind = 'all' and dimension = 'all'
),
complaints as (
  select * from service.causes where case_kind = 'complaint' and dimension = 'all'
),
orders as (
  select year, sum(orders) as orders from channels.results group by year
)
select code, unit, value, year_before, target, good
from (
  select 1 as position, 'nps' as code, 'points' as unit, t.score as value, p.score as year_before, t.target, 'up' as good
  from scores as t left join scores as p on p.question = t.question and p.span = 'prior' where t.question = 'NPS' and t.span = 'this' and t.answers > 0
  union all
  select 2, 'nps_response', 'percent', t.answers / t.asked, p.answers / p.asked, null, 'up'
  from scores as t left join scores as p on p.question = t.question and p.span = 'prior' where t.question = 'NPS' and t.span = 'this'
  union all
  select 3, 'csat', 'percent', t.score, p.score, null, 'up'
  from scores as t left join scores as p on p.question = t.question and p.span = 'prior' where t.question = 'CSAT' and t.span = 'this' and t.answers > 0
  union all
  select 4, 'csat_response', 'percent', t.answers / t.asked, p.answers / p.asked, null, 'up'
  from scores as t left join scores as p on p.question = t.question and p.span = 'prior' where t.question = 'CSAT' and t.span = 'this'
  union all
  select 5, 'complaint_rate', 'percent', t.cases / o.orders, p.cases / q.orders, null, 'down'
  from complaints as t join orders as o on o.year = 'this' left join complaints as p on p.year = 'prior' left join orders as q on q.year = 'prior' where t.year = 'this' and o.orders > 0
  union all
  select 6, 'late_share', 'percent', t.late / t.cases, p.late / p.cases, null, 'down'
  from cases as t left join cases as p on p.year = 'prior' where t.year = 'this'
  union all
  select 7, 'cost', 'money', t.cost::double, p.cost::double, null, 'down'
  from cases as t left join cases as p on p.year = 'prior' where t.year = 'this'
  union all
  select 8, 'second_purchase', 'percent', share, null, null, 'up'
  from loyalty.repeats where kind = 'all' and purchase_number = 1 and observed > 0
)
order by position

-- name: findings
with
effects as (
  select * from service.lapses where case_kind = 'complaint' and error is not null
),
nps as (
  select t.score, t.low, t.high, t.target, t.answers, t.response_rate, p.score as prior_score, p.answers as prior_answers,
    sqrt(pow(nps_error(t.top, t.bottom, t.answers), 2) + pow(nps_error(p.top, p.bottom, p.answers), 2)) as error
  from service.scores as t
  left join service.scores as p on p.question = 'NPS' and p.span = 'prior' and p.dimension = 'all' and p.answers > 0
  where t.question = 'NPS' and t.span = 'this' and t.dimension = 'all' and t.answers > 0
),
csat as (
  select member, score, low, high, answers, response_rate,
    (select score from service.scores where question = 'CSAT' and span = 'this' and dimension = 'all') as all_score
  from service.scores
  where question = 'CSAT' and span = 'this' and dimension = 'area' and member <> 'unknown' and answers > 0
),
handlers as (
  select
    count(*) filter (where cases >= param('min_group')) as judged,
    count(*) filter (where well_standing = 'below' and cases >= param('min_group')) as below,
    min(well_shrunk) filter (where well_standing = 'below' and cases >= param('min_group')) as worst,
    max(well_shrunk) filter (where well_standing = 'above' and cases >= param('min_group')) as best,
    count(*) filter (where late_standing = 'above' and cases >= param('min_group')) as late
  from service.handlers
  where handler_id <> 'unknown'
)
select
  case when standing = 'above' then 'complaint_costs' when standing = 'below' then 'complaint_keeps' else 'complaint_nothing' end as code, 1 as rank,
  case standing when 'above' then 'bad' when 'below' then 'good' end as tone,
  json_object('difference', difference, 'error', 196 * error, 'share', lapse_share, 'control', control_share, 'cases', matched) as arguments
from effects
where handling = 'all'
union all
select 'handling_matters', 2, 'bad',
  json_object('badly', b.difference, 'badly_error', 196 * b.error, 'well', w.difference, 'well_standing', w.standing, 'judged', true,
    'prize', (select prize from service.actions where action = 'mend_handling'))
from effects as b
join effects as w on w.handling = 'well'
where b.handling = 'badly' and b.difference - w.difference > 1.96 * sqrt(b.error * b.error + w.error * w.error)
union all
select 'speed_matters', 3, 'bad', json_object('slow', s.difference, 'quick', q.difference, 'days', cast(param('case_days') as integer), 'prize',
  case when not exists (from effects where handling = 'badly') then (select prize from service.actions where action = 'mend_handling') end)
from effects as s
join effects as q on q.handling = 'quick'
where s.handling = 'slow' and s.difference - q.difference > 1.96 * sqrt(s.error * s.error + q.error * q.error)
union all
select case when prior_score is null then 'nps_alone' when score - prior_score > 1.96 * error then 'nps_rose' when prior_score - score > 1.96 * error then 'nps_fell' else 'nps_level' end,
  4, case when score - prior_score > 1.96 * error then 'good' when prior_score - score > 1.96 * error then 'bad' end,
  json_object('nps', 100 * score, 'low', 100 * low, 'high', 100 * high, 'change', 100 * (score - prior_score), 'prior', 100 * prior_score, 'answers', answers, 'response', response_rate)
from nps
union all
select case when low > target then 'nps_above_target' else 'nps_below_target' end, 4, case when low > target then 'good' else 'bad' end,
  json_object('nps', 100 * score, 'low', 100 * low, 'high', 100 * high, 'target', 100 * target, 'distance', 100 * abs(score - target))
from nps
where low > target or high < target
union all
(
  select 'csat_low', 5, 'bad', json_object('area', member, 'share', score, 'low', low, 'high', high, 'all', all_score, 'answers', answers, 'response', response_rate)
  from csat
  where high < all_score
  order by score
  limit 1
)
union all
(
  select 'driver_' || dimension, 6, 'bad',
    json_object('member', member, 'name', coalesce(s.name, d.member), 'nps', 100 * nps, 'rest', 100 * rest_nps, 'pull', -100 * pull, 'answers', answers)
  from service.drivers as d
  left join staging.stores as s on d.dimension = 'store' and s.store_id = d.member
  where standing = 'below' and dimension in ('case', 'store')
  order by pull
  limit 1
)
union all
select 'handlers_apart', 7, 'bad', json_object('judged', judged, 'below', below, 'worst', worst, 'best', best, 'late', late)
from handlers
where below > 0 and best is not null
union all
select 'save', 8, null, json_object('customers', customers, 'prize', prize)
from service.actions
where action = 'save_complainers'
union all
select 'recommended_worth', 9, 'good', json_object('customers', customers, 'margin', later_margin, 'difference', difference, 'error', 1.96 * error)
from loyalty.referral_value
where came = 'recommended' and difference > 1.96 * error
union all
select 'recommended_alike', 9, null, json_object('customers', customers, 'margin', later_margin, 'difference', difference, 'error', 1.96 * error)
from loyalty.referral_value
where came = 'recommended' and abs(difference) <= 1.96 * error
union all
select 'ask', 10, null, json_object('customers', customers, 'prize', prize)
from loyalty.actions
where action = 'ask_promoters'
union all
select 'second', 11, null, json_object('share', a.share, 'low', a.low, 'high', a.high, 'next', b.share, 'days', a.median_gap_days, 'customers', a.observed)
from loyalty.repeats as a
left join loyalty.repeats as b on b.kind = 'all' and b.purchase_number = 2
where a.kind = 'all' and a.purchase_number = 1 and a.observed >= param('min_group')

-- name: effects
select case_kind, handling, matched, controls, lapse_share, control_share, difference - 1.96 * error as low, difference, difference + 1.96 * error as high, standing
from service.lapses
order by list_position(['complaint', 'repair', 'service'], case_kind), list_position(['all', 'quick', 'slow', 'well', 'badly'], handling)

-- name: complaint_effect
select handling, difference, difference - 1.96 * error as low, difference + 1.96 * error as high
from service.lapses
where case_kind = 'complaint' and error is not null
order by list_position(['all', 'quick', 'slow', 'well', 'badly'], handling)

-- name: nps_trend
select from_on as month, round(100 * score, 1) as nps, round(100 * target, 1) as target
from service.scores
where question = 'NPS' and span = 'quarter' and dimension = 'all' and answers >= param('min_group')
order by from_on

-- name: csat_trend
select from_on as month, score as csat
from service.scores
where question = 'CSAT' and span = 'quarter' and dimension = 'all' and answers >= param('min_group')
order by from_on

-- name: scores
select
  t.question, t.dimension, case t.dimension when 'market' then null else t.member end as area, case t.dimension when 'market' then t.member end as market,
  t.asked, t.answers, t.response_rate,
  round(100 * t.low, 1) as low,
  round(100 * t.score, 1) as score,
  round(100 * t.high, 1) as high,
  round(100 * (t.score - p.score), 1) as change
from service.scores as t
left join service.scores as p on p.question = t.question and p.span = 'prior' and p.dimension = t.dimension and p.member = t.member
where t.span = 'this' and t.member <> 'unknown' and t.answers > 0
order by t.question desc, list_position(['all', 'area', 'market'], t.dimension), t.member

-- name: drivers
select
  case when dimension = 'case' then member end as trouble, case when dimension = 'channel_kind' then member end as channel_kind,
  case when dimension = 'store' then coalesce(s.name, member) end as store,
  answers, round(100 * nps, 1) as nps, round(100 * rest_nps, 1) as rest, round(100 * pull, 2) as pull
from service.drivers
left join staging.stores as s on dimension = 'store' and s.store_id = member
where standing in ('above', 'below') and dimension <> 'market'
order by pull
limit 14

-- name: driver_groups
select member, difference, difference - 1.96 * error as low, difference + 1.96 * error as high
from service.drivers
where dimension in ('case', 'channel_kind') and error is not null
order by dimension, difference desc, member

-- name: driver_stores
select coalesce(s.name, d.member) as store, d.difference, d.difference - 1.96 * d.error as low, d.difference + 1.96 * d.error as high
from service.drivers as d
left join staging.stores as s on s.store_id = d.member
where d.dimension = 'store' and d.error is not null
qualify row_number() over (order by d.difference desc, d.member) <= 6 or row_number() over (order by d.difference, d.member) <= 6
order by d.difference desc, d.member

-- name: causes
select t.case_kind, t.member as cause, t.cases, p.cases as prior_cases, t.open, t.median_days, t.slow_days, t.late / t.cases as late_share, t.again,
  case when t.judged > 0 then t.well / t.judged end as well_share, t.cost
from service.causes as t
left join service.causes as p on p.year = 'prior' and p.case_kind = t.case_kind and p.dimension = t.dimension and p.member = t.member
where t.year = 'this' and t.dimension = 'cause' and t.case_kind <> 'all'
order by list_position(['complaint', 'repair', 'service'], t.case_kind), t.cases desc, t.member

-- name: subjects
select t.member as subject, t.cases, 'primary' as tone
from service.causes as t
where t.year = 'this' and t.dimension = 'subject' and t.case_kind = 'complaint'
order by t.cases desc, t.member
limit 10

-- name: subject_days
select t.member as subject, t.median_days as days, 'primary' as tone
from service.causes as t
where t.year = 'this' and t.dimension = 'subject' and t.case_kind = 'complaint'
order by t.cases desc, t.member
limit 10

-- name: handlers
select handler_id as handler, cases, late_shrunk, late_standing, well_share, well_shrunk, well_standing
from service.handlers
where handler_id <> 'unknown' and cases >= param('min_group')
order by well_shrunk nulls last, handler_id
limit 25

-- name: handler_index
with
compared as (
  select handler_id as handler, cases, well_shrunk - sum(well) over () / sum(judged) over () as difference, 1.96 * well_error as error
  from service.handlers
)
select handler, difference, difference - error as low, difference + error as high
from compared
where handler <> 'unknown' and cases >= param('min_group') and error is not null
qualify row_number() over (order by difference desc, handler) <= 6 or row_number() over (order by difference, handler) <= 6
order by difference desc, handler

-- name: repeats
select kind, purchase_number, purchases, observed, share, low, high, median_gap_days
from loyalty.repeats
where kind <> 'all' and purchase_number <= 6
order by kind desc, purchase_number

-- name: referral_value
select came, customers, came_again_share, later_margin, difference - 1.96 * error as low, difference, difference + 1.96 * error as high
from loyalty.referral_value
where exists (from loyalty.referrals)
order by came desc

-- name: opinions
select member as opinion, customers, referrers, referred, share, low, high
from loyalty.advocates
where dimension = 'opinion' and exists (from loyalty.referrals)
order by list_position(['promoter', 'passive', 'detractor', 'silent'], member)

-- name: segments
select member as segment, customers, referrers, referred, share, low, high
from loyalty.advocates
where dimension = 'segment' and exists (from loyalty.referrals)
order by rfm_position(member)

-- name: chains
select generation, count(*) as customers, count(distinct referrer_id) as referrers, count(distinct root_id) as chains
from loyalty.referrals
group by generation
order by generation

-- name: actions
with
all_actions as (
  select action, owner, customers, prize, audience from service.actions
  union all
  select action, owner, customers, prize, audience from loyalty.actions
)
select 'do_' || action as code, json_object() as arguments, owner, customers, prize, audience
from all_actions
order by prize desc nulls last, action
