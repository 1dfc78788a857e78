-- The first page of the night: what there is to read, and whether the data behind it can be relied on.

-- name: findings
with
loads as (
  select sum(read) as read, sum(loaded) as loaded, sum(quarantined) as quarantined, sum(superseded) as superseded
  from ops.loads
),
audits as (
  select
    count(*) as checks,
    count(*) filter (where status = 'warned') as warned,
    count(*) filter (where status = 'failed') as failed
  from ops.audits
)
select
  case when read = loaded + quarantined + superseded then 'reconciled' else 'not_reconciled' end as code,
  1 as rank,
  case when read = loaded + quarantined + superseded then 'good' else 'bad' end as tone,
  json_object('read', read, 'loaded', loaded, 'quarantined', quarantined, 'superseded', superseded) as arguments
from loads
where read > 0
union all
select
  case when failed > 0 then 'audits_failed' when warned > 0 then 'audits_warned' else 'audits_passed' end,
  2,
  case when failed > 0 then 'bad' when warned > 0 then null else 'good' end,
  json_object('checks', checks, 'warned', warned, 'failed', failed)
from audits
where checks > 0
union all
select
  'held_' || reason,
  0,
  'bad',
  json_object('source', source, 'since', since::varchar)
from (select distinct source, reason, since from ops.held)
union all
select
  'late',
  3,
  'bad',
  json_object('tables', count(*), 'oldest', min_by(source || '.' || table_name, last_new), 'day', min(last_new)::varchar)
from ops.freshness
where is_late
having count(*) > 0

-- name: since
-- The last pack of an earlier day; none on a first night.
select as_of from ops.told_packs where pack = 'before'

-- name: restated :kept
-- What a month that was closed in the last pack came to then, and comes to now.
select n.code, n.from_on as month, n.unit, b.value as told, n.value as now, n.value - b.value as difference, (n.value - b.value) / nullif(abs(b.value), 0) as change
from ops.told_figures as n
join ops.told_figures as b on b.pack = 'before' and b.code = n.code and b.period = n.period and b.from_on = n.from_on
where n.pack = 'now' and n.period = 'month' and abs(n.value - b.value) >= 0.005
order by list_position(['net_sales', 'contribution', 'orders', 'new_customers'], n.code), month desc

-- name: restated_months
with
differences as (
  select
    month,
    coalesce(max(difference) filter (where code = 'contribution'), 0) as contribution,
    coalesce(max(difference) filter (where code = 'orders'), 0) as orders,
    coalesce(max(difference) filter (where code = 'new_customers'), 0) as new_customers
  from restated
  group by month
)
select d.*, b.value as told, n.value as now, (n.value - b.value) / nullif(abs(b.value), 0) as change
from differences as d
left join ops.told_figures as n on n.pack = 'now' and n.code = 'net_sales' and n.period = 'month' and n.from_on = d.month
left join ops.told_figures as b on b.pack = 'before' and b.code = 'net_sales' and b.period = 'month' and b.from_on = d.month
order by month desc
limit 12

-- name: actions :kept
-- Actions that are new or gone, and those whose prize is another by a twentieth or more.
with
held as (
  select
    coalesce(n.report, b.report) as report,
    coalesce(n.action, b.action) as action,
    case
      when b.action is null then 'new'
      when n.action is null then 'gone'
      when n.prize is not distinct from b.prize then null
      when n.prize is null or b.prize is null or abs(n.prize - b.prize) >= 0.05 * abs(b.prize) then 'moved'
    end as change,
    b.customers as customers_then, n.customers, b.prize as prize_then, n.prize
  from (select * from ops.told_actions where pack = 'now') as n
  full join (select * from ops.told_actions where pack = 'before') as b on b.report = n.report and b.action = n.action
  where exists (from ops.told_packs where pack = 'before')
)
select replace(report, '-', '_') || '_' || action as code, *
from held
where change is not null
order by list_position(['new', 'gone', 'moved'], change), abs(coalesce(prize, 0) - coalesce(prize_then, 0)) desc, report, action

-- name: models :kept
-- Models that are there for the first time, no longer, or of other code: text, macros or parameters.
select
  coalesce(n.name, b.name) as model,
  case when b.name is null then 'new' when n.name is null then 'gone' else 'moved' end as change
from (select * from ops.told_models where pack = 'now') as n
full join (select * from ops.told_models where pack = 'before') as b on b.name = n.name
where exists (from ops.told_packs where pack = 'before') and n.code is distinct from b.code
order by list_position(['new', 'gone', 'moved'], change), model

-- name: figures
select
  n.code || '_' || n.period as code, n.unit, b.to_on as until_then, n.to_on as until_now, b.value as told, n.value as now,
  case when n.unit <> 'percent' then (n.value - b.value) / nullif(abs(b.value), 0) end as change,
  case when n.unit = 'percent' then n.value - b.value end as points
from ops.told_figures as n
join ops.told_figures as b on b.pack = 'before' and b.code = n.code and b.period = n.period
where n.pack = 'now' and n.period <> 'month'
order by n.position

-- name: changes
with
before as (
  select * from ops.told_packs where pack = 'before'
),
warned as (
  select
    count(*) filter (where n.model is not null and b.model is null) as warned,
    count(*) filter (where n.model is null and c.model is not null) as passing,
    list(n.model || ': ' || n.test order by n.model, n.test) filter (where b.model is null) as warned_names,
    list(c.model || ': ' || c.test order by c.model, c.test) filter (where n.model is null and c.model is not null) as passing_names
  from (select * from ops.told_warnings where pack = 'now') as n
  full join (select * from ops.told_warnings where pack = 'before') as b on b.model = n.model and b.test = n.test
  left join ops.audits as c on c.model = b.model and c.test = b.test and c.status = 'passed'
),
came as (
  select coalesce(sum(l.read), 0) as rows, coalesce(sum(l.deleted), 0) as gone, count(l.read) as loads
  from before as b
  -- What the last warehouse gave itself (var/kept) is no news.
  left join ops.loads as l on l.valid_from > b.as_of and l.input_name not in ('given_ids.csv', 'list_outcomes.csv')
),
people as (
  select
    coalesce(sum(p.customers) filter (where p.change = 'merged'), 0) as merged,
    coalesce(sum(p.customers) filter (where p.change = 'split'), 0) as split
  from ops.told_people as p
  join before as b on p.pack = 'now' and p.changed_on > b.as_of
)
select 'first_pack' as code, 0 as rank, null as tone, null as arguments
where not exists (from before)
union all
-- Of what was closed, the figure that matters most and in it the month that moved most.
select 'restated', 1, 'bad', json_object('name', code, 'unit', unit, 'month', month::varchar, 'told', told, 'now', now, 'change', change,
  'figures', (select count(*) from restated))
from (
  select *
  from restated
  order by list_position(['net_sales', 'contribution', 'orders', 'new_customers'], code), abs(difference) desc, month
  limit 1
)
union all
select case when loads = 0 then 'nothing_came' when gone > 0 then 'came_and_gone' else 'came' end, 2, null,
  json_object('rows', rows, 'gone', gone)
from came
where exists (from before)
union all
select 'newly_warned', 3, 'bad', json_object('names', array_to_string(warned_names[:5], '; '), 'more', warned - 5)
from warned
where warned > 0 and exists (from before)
union all
select 'newly_passing', 4, 'good', json_object('names', array_to_string(passing_names[:5], '; '), 'more', passing - 5)
from warned
where passing > 0
union all
select 'models_changed', 5, null, json_object(
  'added', count(*) filter (where change = 'new'), 'removed', count(*) filter (where change = 'gone'),
  'moved', count(*) filter (where change = 'moved'))
from models
having count(*) > 0
union all
select 'code_changed', 5, null, null
from before as b
join ops.told_packs as n on n.pack = 'now' and n.code <> b.code
where not exists (from models)
union all
select 'people_changed', 6, null, json_object('merged', merged, 'split', split)
from people
where merged + split > 0
union all
select 'actions_changed', 7, null, json_object(
  'added', count(*) filter (where change = 'new'), 'gone', count(*) filter (where change = 'gone'),
  'moved', count(*) filter (where change = 'moved'))
from actions
having count(*) > 0

-- name: loads
with
counted as (
  select
    source, table_name, false as is_total,
    sum(read) filter (where valid_from > (select as_of from ops.told_packs where pack = 'before')) as new_rows,
    sum(deleted) filter (where valid_from > (select as_of from ops.told_packs where pack = 'before')) as gone,
    sum(read) as read, sum(loaded) as loaded, sum(quarantined) as quarantined, sum(superseded) as superseded,
    sum(quarantined) / nullif(sum(read), 0) as quarantined_share,
    max(valid_from) as latest
  from ops.loads
  group by source, table_name
),
total as (
  select null, null, true, sum(new_rows), sum(gone), sum(read), sum(loaded), sum(quarantined), sum(superseded),
    sum(quarantined) / nullif(sum(read), 0), max(latest)
  from counted
  having count(*) > 1
)
select * from counted
union all
select * from total
order by is_total, source, table_name

-- name: audits
select
  split_part(model, '.', 1) as area,
  count(*) as checks,
  count(*) filter (where status = 'passed') as passed,
  count(*) filter (where status = 'warned') as warned,
  count(*) filter (where status = 'failed') as failed
from ops.audits
group by area
order by area

-- name: warnings
select model, test, failing_rows
from ops.audits
where status in ('warned', 'failed')
order by failing_rows desc, model, test
limit 20
