-- Lists: which list pays? What became of the names, what the owner may ask for them, how they may be used, and what they brought.

-- name: terms :one
select
  as_of() as as_of,
  count(*) as lists,
  text_param('multi_buyers') as rule,
  cast(param('multi_buyer_seed') as integer) as seed,
  (select count(*) from lists.names where is_multi_buyer) as multi_buyer_names,
  (select -sum(names) from lists.waterfall where step = 'own_seed') as own_seeds,
  coalesce((select max(horizon_months) from ltv.assumptions where kind = 'person' and forecast_model is not null), 0) as horizon_months
from lists.licences

-- name: kpis
with
totals as (
  select
    sum(net_names) as net_names,
    sum(total_cost) as total_cost,
    sum(new_customers) as new_customers,
    sum(incremental_customers) as incremental_customers,
    sum(value) as value,
    count(*) as lists
  from lists.results
),
bills as (
  select sum(overcharge) filter (where overcharge > 0) as overcharge from lists.invoices
)
select code, unit, value
from (
  select 1 as position, 'net_names' as code, 'count' as unit, net_names::double as value from totals where lists > 0
  union all
  select 2, 'total_cost', 'money', total_cost from totals where lists > 0
  union all
  select 3, 'overcharge', 'money', coalesce(overcharge, 0) from bills, totals where lists > 0
  union all
  select 4, 'new_customers', 'count', new_customers from totals where lists > 0
  union all
  select 5, 'incremental_customers', 'count', incremental_customers from totals where lists > 0
  union all
  select 6, 'payback', 'number', value / nullif(total_cost, 0) from totals where lists > 0
)
order by position

-- name: findings
with
results as (
  select r.*, l.name, l.state, l.expires_on, row_number() over (order by r.payback desc nulls last) as place
  from lists.results as r
  join lists.licences as l on l.list_id = r.list_id
),
held as (
  select list_id, count(*) as names
  from lists.names
  where not is_purged
  group by list_id
)
select case when payback >= 1 then 'best_pays' else 'best_fails' end as code, 1 as rank,
  case when payback >= 1 then 'good' else 'bad' end as tone,
  json_object('name', name, 'payback', payback, 'low', payback_low, 'high', payback_high, 'basis', basis) as arguments
from results
where place = 1 and payback is not null
union all
select 'worst_fails', 2, 'bad', json_object('name', name, 'loss', total_cost - value, 'payback', payback, 'decision', decision)
from results
where place > 1 and payback < 1
union all
select 'not_proven', 3, null, json_object('name', name, 'lift', lift, 'error', lift_error)
from results
where abs(lift) < lift_error
union all
select 'overcharged', 2, 'bad',
  json_object('name', l.name, 'owner', l.owner, 'billed', i.billed_amount, 'expected', i.expected_amount, 'difference', i.difference,
    'currency', i.currency, 'own', i.overcharge)
from lists.invoices as i
join lists.licences as l on l.list_id = i.list_id
where i.state = 'too_high'
union all
select 'breach', 4, 'bad',
  json_object('name', l.name, 'names', u.names, 'on', u.used_on, 'refusal', u.refusal, 'channel', u.channel)
from lists.uses as u
join lists.licences as l on l.list_id = u.list_id
where not u.is_allowed
union all
select 'wasted', 5, 'bad', json_object('names', sum(dropped_names), 'share', sum(dropped_names) / sum(names), 'suppressed', sum(suppressed_names))
from lists.uses
having sum(dropped_names) > 0
union all
select 'purge_due', 6, 'bad', json_object('name', r.name, 'names', h.names, 'on', r.expires_on)
from results as r
join held as h on h.list_id = r.list_id
where r.state = 'expired'
union all
(
  select 'overlap', 7, null, json_object('name', a.name, 'other', b.name, 'persons', o.persons, 'share', o.share)
  from lists.overlaps as o
  join lists.licences as a on a.list_id = o.list_id
  join lists.licences as b on b.list_id = o.other
  where o.list_id <> o.other and o.share > 0.02
  order by o.persons desc, o.share desc
  limit 1
)

-- name: lists
select
  l.name, l.owner, l.acquisition, r.total_cost, r.incremental_customers, r.value,
  r.payback_low, r.payback, r.payback_high, coalesce(r.decision, 'not_used') as decision
from lists.results as r
join lists.licences as l on l.list_id = r.list_id
order by r.payback desc nulls last, l.name

-- name: paybacks
select l.name, r.payback, r.payback_low, r.payback_high
from lists.results as r
join lists.licences as l on l.list_id = r.list_id
where r.payback is not null
order by r.payback desc, l.name

-- name: flow
select
  case when step in ('opt_out', 'deceased', 'minor', 'complaint') then 'suppressed' else step end as step,
  sum(names) as names,
  step in ('gross', 'net') as is_total
from lists.waterfall
group by all
order by min(position)

-- name: waterfalls
with steps as (
  select list_id, step, names, position from lists.waterfall
  union all
  select 'total', step, sum(names), any_value(position) from lists.waterfall group by step
)
select
  any_value(l.name) as name,
  s.list_id = 'total' as is_total,
  sum(names) filter (where step = 'gross') as gross,
  sum(names) filter (where step = 'own_seed') as own_seed,
  sum(names) filter (where step = 'reject') as reject,
  sum(names) filter (where step = 'opt_out') as opt_out,
  sum(names) filter (where step = 'deceased') as deceased,
  sum(names) filter (where step = 'minor') as minor,
  sum(names) filter (where step = 'complaint') as complaint,
  sum(names) filter (where step = 'duplicate') as duplicate,
  sum(names) filter (where step = 'house') as house,
  sum(names) filter (where step = 'other_list') as other_list,
  sum(names) filter (where step = 'net') as net
from steps as s
left join lists.licences as l on l.list_id = s.list_id
group by s.list_id
order by is_total, name

-- name: invoices
select
  l.name, i.currency, i.gross_names, i.owner_names, i.net_names, i.billable_names, i.expected_amount, i.gross_amount,
  i.billed_amount, i.difference, i.state
from lists.invoices as i
join lists.licences as l on l.list_id = i.list_id
order by i.overcharge desc nulls last, l.name

-- name: licences
with
used as (
  select list_id, count(*) as uses, max(use_number) as use_number
  from lists.uses
  group by list_id
),
held as (
  select list_id, count(*) filter (where not is_purged) as held
  from lists.names
  group by list_id
)
select
  l.name, l.acquisition, l.state, 'channels' as code,
  json_object('channels', string_split(replace(l.channels, ' ', ''), ',')) as arguments, coalesce(cast(l.uses_allowed as varchar), '–') as uses_allowed, coalesce(u.use_number, 0) as uses,
  l.mail_from, l.mail_until, l.expires_on, case when l.proof_of_consent is null then 'missing' else 'held' end as proof,
  coalesce(h.held, 0) as held
from lists.licences as l
left join used as u on u.list_id = l.list_id
left join held as h on h.list_id = l.list_id
order by l.expires_on nulls last, l.name

-- name: uses
select
  l.name, u.used_on, u.channel, coalesce(c.name, u.campaign_id) as campaign, u.names, u.dropped_names, u.suppressed_names,
  coalesce(u.refusal, 'allowed') as refusal
from lists.uses as u
join lists.licences as l on l.list_id = u.list_id
left join staging.campaigns as c on c.campaign_id = u.campaign_id
order by u.used_on desc, l.name

-- name: overlaps
select
  l.name as list,
  coalesce(k.name, 'Our customers') as other,
  coalesce(k.name, '我方客户') as other_zh,
  case when o.other = o.list_id then null else o.share end as share,
  case when o.other = o.list_id then null else o.persons end as persons
from lists.overlaps as o
join lists.licences as l on l.list_id = o.list_id
left join lists.licences as k on k.list_id = o.other
order by l.name, o.other = 'house', k.name

-- name: quality
select
  l.name, q.names, q.net_share, q.invalid_share, q.suppressed_share, q.duplicate_share, q.match_rate, q.delivered_share,
  q.age_at_use_days
from lists.quality as q
join lists.licences as l on l.list_id = q.list_id
order by q.net_share desc nulls last, l.name

-- name: matchback
select
  l.name, r.treated, r.control, r.captured_orders, r.matched_orders, r.unmatched_customers, r.treated_rate, r.control_rate,
  r.lift, r.lift_error
from lists.results as r
join lists.licences as l on l.list_id = r.list_id
where r.treated > 0
order by r.lift desc nulls last, l.name

-- name: costs
select
  l.name, r.list_cost, r.contact_cost, r.cost_per_net_name, r.new_customers, r.cost_per_new_customer, r.incremental_customers,
  r.cost_per_incremental_customer, r.mean_value
from lists.results as r
join lists.licences as l on l.list_id = r.list_id
where r.treated > 0
order by r.cost_per_incremental_customer nulls last, l.name
