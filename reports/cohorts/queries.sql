-- Cohorts: are newer customers better? By month of the first purchase; newer and older at the same age.

-- name: terms :one
select
  as_of() as as_of,
  last_complete_day() as complete_to,
  (select min(from_month) from cohorts.comparison where measure = 'second_90') as newer_from,
  (select max(to_month) from cohorts.comparison where measure = 'second_90') as newer_to

-- name: kpis
with
latest as (
  select years_back, customers, min(waiting) filter (where days <= 90) as waiting_90, min(waiting) filter (where days <= 365) as waiting_365,
    min(days) filter (where waiting <= 0.5) as median_days
  from cohorts.waiting
  where kind = 'all'
  group by years_back, customers
),
beside as (
  select t.*, y.waiting_90 as before_90, y.median_days as median_before
  from latest as t
  left join latest as y on y.years_back = 1
  where t.years_back = 0
),
compared as (
  select measure, newer_mean, older_mean from cohorts.comparison where dimension = 'all'
)
select code, unit, value, year_before, good
from (
  select 1 as position, 'second_90' as code, 'percent' as unit, 1 - waiting_90 as value, 1 - before_90 as year_before, 'up' as good from beside
  union all
  select 2, 'median_days', 'count', median_days, median_before, 'down' from beside where median_days is not null
  union all
  select 3, 'contribution_90', 'money', newer_mean, older_mean, 'up' from compared where measure = 'contribution_90'
  union all
  select 4, 'contribution_365', 'money', newer_mean, older_mean, 'up' from compared where measure = 'contribution_365'
)
order by position

-- name: findings
with
whole as (
  select * from cohorts.comparison where dimension = 'all'
),
drivers as (
  select *, row_number() over (partition by measure order by abs(difference) desc, dimension, member) as place
  from cohorts.comparison
  where dimension in ('market', 'channel_kind') and is_beyond_noise and measure in ('second_90', 'contribution_180')
),
latest as (
  select 1 - min(waiting) filter (where days <= 90) as share, max(customers) as customers, min(days) filter (where waiting <= 0.5) as median_days
  from cohorts.waiting
  where kind = 'all' and years_back = 0
)
select case when not is_beyond_noise then 'second_level' when difference > 0 then 'second_rose' else 'second_fell' end as code, 1 as rank,
  case when not is_beyond_noise then null when difference > 0 then 'good' else 'bad' end as tone,
  json_object('from', from_month, 'to', to_month, 'newer', newer_mean, 'older', older_mean, 'change', difference, 'low', low, 'high', high) as arguments
from whole
where measure = 'second_90' and is_beyond_noise is not null
union all
select case when not is_beyond_noise then 'worth_level' when difference > 0 then 'worth_rose' else 'worth_fell' end, 2,
  case when not is_beyond_noise then null when difference > 0 then 'good' else 'bad' end,
  json_object('from', from_month, 'to', to_month, 'newer', newer_mean, 'older', older_mean, 'change', abs(difference), 'low', low, 'high', high, 'customers', newer)
from whole
where measure = 'contribution_180' and is_beyond_noise is not null
union all
select case when difference > 0 then 'driver_up' else 'driver_down' end, 3, case when difference > 0 then 'good' else 'bad' end,
  json_object('measure', measure, 'is_rate', measure = 'second_90', 'is_market', dimension = 'market', 'member', member, 'newer', newer_mean, 'older', older_mean)
from drivers
where place = 1
union all
select 'pace', 4, null, json_object('share', share, 'customers', customers, 'median', median_days)
from latest
where share is not null
union all
select 'action', 5, 'bad', json_object('customers', customers, 'prize', prize)
from cohorts.actions
where prize > 0
union all
select 'young', 1, null, json_object()
where not exists (from cohorts.comparison)

-- name: triangle
select strftime(cohort, '%Y-%m') as cohort, age, retention, customers
from cohorts.triangle as t
where kind = 'all' and age between 1 and 12
  and t.cohort > (select month_shift(max(cohort), -13) from cohorts.triangle)
  and t.cohort < (select max(cohort) from cohorts.triangle)
order by cohort, age

-- name: cumulative
select strftime(cohort, '%Y-%m') as cohort, age, cumulative, customers
from cohorts.triangle as t
where kind = 'all' and age in (0, 1, 2, 3, 6, 9, 12)
  and t.cohort > (select month_shift(max(cohort), -13) from cohorts.triangle)
order by cohort, age

-- name: cohorts
with
ages as (
  select cohort, any_value(customers) as customers,
    any_value(retention) filter (where age = 1) as month_1, any_value(retention) filter (where age = 12) as month_12,
    list(retention order by age) filter (where age between 1 and 12) as course,
    any_value(cumulative) filter (where age = 3) as worth_3, any_value(cumulative) filter (where age = 6) as worth_6,
    any_value(cumulative) filter (where age = 12) as worth_12, any_value(cumulative) filter (where age = 24) as worth_24
  from cohorts.triangle
  where kind = 'all'
  group by cohort
),
seconds as (
  select cohort, case when min(watched_days) >= 90 then ratio(count(*) filter (where days_to_second <= 90), count(*)) end as second_90
  from cohorts.customers
  group by cohort
)
select a.*, s.second_90
from ages as a
left join seconds as s on s.cohort = a.cohort
qualify row_number() over (order by a.cohort desc) <= 25
order by a.cohort desc

-- name: waiting
select days, waiting, lower, upper
from cohorts.waiting
where kind = 'all' and years_back = 0
order by days

-- name: waiting_before
select days, waiting, lower, upper
from cohorts.waiting
where kind = 'all' and years_back = 1
order by days

-- name: years
select
  years_back, max(customers) as customers,
  1 - min(waiting) filter (where days <= 30) as days_30, 1 - min(waiting) filter (where days <= 90) as days_90,
  1 - min(waiting) filter (where days <= 180) as days_180, 1 - min(waiting) filter (where days <= 365) as days_365,
  min(days) filter (where waiting <= 0.5) as median_days,
  month_shift(last_complete_day(), -11 - 12 * years_back) as from_month, month_shift(last_complete_day(), -12 * years_back) as to_month
from cohorts.waiting
where kind = 'all'
group by years_back
order by years_back

-- name: comparison
select
  measure,
  'of_' || dimension as code, member,
  newer, older,
  case when measure = 'second_90' then newer_mean end as rate, case when measure = 'second_90' then older_mean end as rate_before, case when measure = 'second_90' then difference end as points,
  case when measure <> 'second_90' then newer_mean end as worth, case when measure <> 'second_90' then older_mean end as worth_before, case when measure <> 'second_90' then difference end as more,
  case when is_beyond_noise then 'yes' when is_beyond_noise is null then 'few' else 'no' end as beyond,
  dimension = 'all' as is_total
from cohorts.comparison
where measure in ('second_90', 'contribution_180')
order by measure desc, list_position(['all', 'kind', 'market', 'channel_kind'], dimension), newer desc, member

-- name: second_apart
select member, difference, low, high
from cohorts.comparison
where measure = 'second_90' and low is not null
order by list_position(['all', 'kind', 'market', 'channel_kind'], dimension), newer desc, member

-- name: worth_apart
select member, difference, low, high
from cohorts.comparison
where measure = 'contribution_180' and low is not null
order by list_position(['all', 'kind', 'market', 'channel_kind'], dimension), newer desc, member

-- name: actions
select action as code, owner, customers, prize, audience
from cohorts.actions
order by action
