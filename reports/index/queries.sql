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

-- name: loads
with
counted as (
  select
    source, table_name, false as is_total,
    sum(read) as read, sum(loaded) as loaded, sum(quarantined) as quarantined, sum(superseded) as superseded,
    sum(quarantined) / nullif(sum(read), 0) as quarantined_share,
    max(valid_from) as latest
  from ops.loads
  group by source, table_name
),
total as (
  select null, null, true, sum(read), sum(loaded), sum(quarantined), sum(superseded),
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
