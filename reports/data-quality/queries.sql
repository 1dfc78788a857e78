-- Data quality: can we trust this? What came in and how fresh it is, how complete and stale the records are, who may be
-- contacted, and who is who: what the matching did, what speaks for it, and what it may have got wrong.

-- name: terms :one
select
  as_of() as as_of,
  (select count(*) from identity.clusters where record_kind = 'person') as records,
  (select count(*) from identity.clusters where record_kind = 'organisation') as organisation_records,
  (select count(*) from identity.person_decisions) as decisions,
  (select any_value(basis) from identity.person_fit) as basis,
  (select cast(threshold as double) from identity.person_thresholds where is_chosen) as threshold

-- name: customer_states :kept
-- Stale: neither changed at its source nor bought for two years.
select
  i.customer_id, i.kind, c.status,
  coalesce(i.updated_at::date, i.recorded_on) < as_of() - 730 and coalesce(c.last_purchase_on, date '0001-01-01') < as_of() - 730 as is_stale
from identity.customers as i
join core.customers as c on c.customer_id = i.customer_id

-- name: kpis
with
customers as (
  select customer_id, count(*) as records from identity.clusters where record_kind = 'person' group by customer_id
),
counted as (select sum(records) as records, count(*) as customers from customers),
chosen as (select wrong_share, missed_share from identity.person_thresholds where is_chosen and links > 0),
tonight as (select count(*) as records from identity.changes where changed_on = as_of() and record_kind = 'person'),
delivered as (select sum(read) as read, sum(quarantined) as quarantined from ops.loads),
stale as (
  select count(*) as customers, count(*) filter (where is_stale) as stale from customer_states where status = 'active'
),
reachable as (
  select
    (select count(distinct customer_id) from contacts.permitted) as customers,
    (select count(*) from customer_states where status = 'active') as everybody
)
select code, unit, value
from (
  select 1 as position, 'records' as code, 'count' as unit, records::double as value from counted where records > 0
  union all
  select 3, 'duplicates', 'percent', 1 - customers / records from counted where records > 0
  union all
  select 4, 'wrong', 'percent', wrong_share from chosen
  union all
  select 5, 'missed', 'percent', missed_share from chosen
  union all
  select 6, 'changed', 'count', tonight.records from tonight, counted where counted.records > 0
  union all
  select -3, 'invalid', 'count', quarantined from delivered where read > 0
  union all
  select -2, 'stale', 'percent', stale / customers from stale where customers > 0
  union all
  select -1, 'reachable', 'percent', customers / everybody from reachable where customers > 0
)
order by position

-- name: findings
with
customers as (
  select customer_id, count(*) as records from identity.clusters where record_kind = 'person' group by customer_id
),
counted as (select sum(records) as records, count(*) as customers, max(records) as most, arg_max(customer_id, (records, customer_id)) as largest from customers),
chosen as (select * from identity.person_thresholds where is_chosen and links > 0),
labelled as (select * from identity.person_evidence where is_chosen),
tonight as (
  select
    count_if(change = 'merged') as merged,
    count_if(change = 'split') as split,
    count(*) as records,
    count_if(is_decided) as decided
  from identity.changes
  where changed_on = as_of() and record_kind = 'person'
),
left_out as (
  select label, pairs_left_out, blocks_left_out from identity.person_blocks where pairs_left_out > 0
  order by pairs_left_out desc, rule
  limit 1
),
delivered as (
  select sum(read) as read, sum(loaded) as loaded, sum(quarantined) as quarantined, sum(superseded) as superseded from ops.loads
),
audits as (
  select count(*) as checks, count(*) filter (where status = 'failed') as failed from ops.audits
)
select case when d.read = d.loaded + d.quarantined + d.superseded and a.failed = 0 then 'trusted' else 'not_trusted' end as code, 0 as rank,
  case when d.read = d.loaded + d.quarantined + d.superseded and a.failed = 0 then 'good' else 'bad' end as tone,
  json_object('read', d.read, 'missing', d.read - d.loaded - d.quarantined - d.superseded, 'quarantined', d.quarantined, 'checks', a.checks, 'failed', a.failed) as arguments
from delivered as d, audits as a
where d.read > 0
union all
select 'late', 0.5, 'bad', json_object('tables', count(*), 'oldest', min_by(source || '.' || table_name, last_new), 'day', min(last_new)::varchar)
from ops.freshness
where is_late
having count(*) > 0
union all
select 'stale', 0.7, null, json_object('customers', count(*) filter (where is_stale), 'share', count(*) filter (where is_stale) / count(*))
from customer_states
where status = 'active'
having count(*) filter (where is_stale) > 0
union all
select 'duplicates', 1, null,
  json_object('records', records, 'customers', customers, 'share', 1 - customers / records)
from counted
where records > 0
union all
select 'assumed', 2, 'bad', json_object('records', any_value(c.records))
from identity.person_fit, counted as c
where c.records > 0
having any_value(basis) = 'assumed'
union all
select 'error', 3, case when wrong_share <= 0.02 then 'good' else 'bad' end,
  json_object('links', links, 'wrong', wrong_share, 'most', wrong_share_most, 'missed', missed_share)
from chosen
union all
select 'labels', 4, null,
  json_object('same', same, 'found', same_found, 'different', different_found, 'not_brought', same_not_brought)
from labelled
where same + different_found > 0
union all
select 'blocking', 4, null, json_object('missed', missed, 'share', missed_share)
from identity.person_missed
where missed >= 1
union all
select 'changed', 5, null, json_object('records', records, 'merged', merged, 'split', split, 'decided', decided)
from tonight
where records > 0
union all
select 'largest', 6, 'bad', json_object('customer', largest, 'records', most)
from counted
where most > 8
union all
select 'left_out', 7, 'bad', json_object('pairs', pairs_left_out, 'blocks', blocks_left_out, 'label', replace(label, '_', ' '))
from left_out

-- name: sources_in
with
rows_in as (
  select source, count(distinct table_name) as tables, sum(read) as read, sum(loaded) as loaded, sum(quarantined) as quarantined,
    sum(superseded) as superseded
  from ops.loads
  group by source
),
days as (
  select source, max(last_new) as latest, max(age_days) as oldest_days, count(*) filter (where is_late) as late
  from ops.freshness
  group by source
)
select r.source, r.tables, r.read, r.loaded, r.quarantined, r.quarantined / nullif(r.read, 0) as quarantined_share, r.superseded,
  d.latest, d.oldest_days, d.late
from rows_in as r
left join days as d on d.source = r.source
order by r.source

-- name: completeness
with
filled as (
  unpivot (
    select kind, count(*) as customers, count(full_name) as full_name, count(email) as email, count(phone) as phone, count(address) as address,
      count(postcode) as postcode, count(birth_date) as birth_date, count(gender) as gender, count(acquisition_cost) as acquisition_cost
    from identity.customers
    group by kind
  )
  on full_name, email, phone, address, postcode, birth_date, gender, acquisition_cost into name field value filled
),
states as (
  select kind, count(*) filter (where is_stale) / count(*) as stale from customer_states where status = 'active' group by kind
),
shares as (
  select field, kind, filled / customers as share from filled where not (kind = 'organisation' and field in ('birth_date', 'gender'))
  union all
  select 'stale', kind, stale from states
)
select field, max(share) filter (where kind = 'person') as persons, max(share) filter (where kind = 'organisation') as organisations
from shares
group by field
order by list_position(
  ['full_name', 'phone', 'email', 'address', 'postcode', 'gender', 'birth_date', 'acquisition_cost', 'stale'], field
)

-- name: consents
with
said as (
  select channel, count(*) filter (where is_given) as given, count(*) filter (where not is_given) as withdrawn
  from consent.latest
  where purpose = 'marketing' and channel is not null
  group by channel
),
everybody as (select count(*) as customers from customer_states where status = 'active'),
allowed as (select channel, count(*) as permitted from contacts.permitted group by channel)
select s.channel, s.given, s.withdrawn, coalesce(a.permitted, 0) as permitted, coalesce(a.permitted, 0) / nullif(e.customers, 0) as coverage, m.returned_share
from said as s
cross join everybody as e
left join allowed as a on a.channel = s.channel
left join contacts.media as m on m.medium = s.channel
order by permitted desc, s.channel

-- name: weights
with
named(comparison, zh) as (
  values
    ('given_name', '名'), ('family_name', '姓'), ('english_name', '英文名'), ('gender', '性别'), ('birth_date', '出生日期'),
    ('email', '电子邮箱'), ('phone', '电话'), ('address', '地址'), ('city', '城市'), ('postcode', '邮编')
),
weighed as (
  select
    comparison,
    max(weight) filter (where is_exact) as same_bits,
    max(same) filter (where is_exact) as same_share,
    max(other) filter (where is_exact) as chance,
    max(weight) filter (where level = 0) as differs_bits
  from identity.person_fit
  where comparison <> 'pair'
  group by comparison
)
select upper(w.comparison[1]) || replace(w.comparison[2:], '_', ' ') as comparison, coalesce(n.zh, replace(w.comparison, '_', ' ')) as comparison_zh,
  same_bits, same_share, 1 / chance as one_in, differs_bits
from weighed as w
left join named as n on n.comparison = w.comparison
where (select count(*) from identity.clusters where record_kind = 'person') > 0
order by same_bits desc, w.comparison

-- name: thresholds
select
  cast(t.threshold as double) as threshold,
  t.links,
  1 - t.wrong_share as right_share,
  1 - t.missed_share as found_share,
  e.precision as labelled_right,
  e.recall as labelled_found,
  t.is_chosen
from identity.person_thresholds as t
left join identity.person_evidence as e on e.threshold = t.threshold
where (t.is_chosen or (t.threshold >= 0 and t.threshold % 3 = 0 and t.threshold <= 18))
  and (select count(*) from identity.person_scores) > 0
order by t.threshold

-- name: rules
with
named(part, zh) as (
  values
    ('given_name', '名'), ('family_name', '姓'), ('given_name_sound', '名的读音'), ('family_name_sound', '姓的读音'),
    ('english_name', '英文名'), ('birth_date', '出生日期'), ('email', '电子邮箱'), ('phone', '电话'), ('address', '地址'),
    ('city', '城市'), ('postcode', '邮编')
),
parts as (
  select rule, unnest(string_split(label, ' + ')) as part, generate_subscripts(string_split(label, ' + '), 1) as place
  from identity.person_blocks
),
labels as (
  select
    p.rule,
    string_agg(case when p.place = 1 then upper(p.part[1]) || replace(p.part[2:], '_', ' ') else replace(p.part, '_', ' ') end, ', ' order by p.place) as label,
    string_agg(coalesce(n.zh, p.part), '、' order by p.place) as label_zh
  from parts as p
  left join named as n on n.part = p.part
  group by p.rule
),
linked as (
  select s.left_no, s.right_no
  from identity.person_scores as s
  join identity.person_clusters as l on l.record_no = s.left_no
  join identity.person_clusters as r on r.record_no = s.right_no and r.cluster_no = l.cluster_no
),
brought as (
  select a.rule, count(*) over (partition by a.record_no, b.record_no) as rules
  from linked
  join identity.person_keys as a on a.record_no = linked.left_no
  join identity.person_keys as b on b.record_no = linked.right_no and b.key = a.key
),
counted as (select rule, count(*) as linked, count_if(rules = 1) as only_here from brought group by rule)
select l.label, l.label_zh, b.pairs, coalesce(c.linked, 0) as linked, coalesce(c.only_here, 0) as only_here, b.pairs_left_out
from identity.person_blocks as b
join labels as l on l.rule = b.rule
left join counted as c on c.rule = b.rule
where b.pairs + b.pairs_left_out > 0
order by linked desc, b.rule

-- name: sizes
with customers as (
  select record_kind, customer_id, count(*) as records from identity.clusters group by record_kind, customer_id
)
select
  case when records >= 5 then '5+' else cast(records as varchar) end as size,
  count_if(record_kind = 'person') as persons,
  count_if(record_kind = 'organisation') as organisations,
  sum(records) filter (where record_kind = 'person') as person_records
from customers
group by all
order by size

-- name: sources
with customers as (
  select customer_id, count(*) as records, count(distinct source) as sources
  from identity.clusters
  where record_kind = 'person'
  group by customer_id
)
select
  coalesce(c.source, '–') as source,
  count(*) as records,
  count_if(u.records > 1) / count(*) as shared,
  count_if(u.sources > 1) / count(*) as elsewhere
from identity.clusters as c
join customers as u on u.customer_id = c.customer_id
where c.record_kind = 'person'
group by all
order by records desc, source

-- name: changes
select
  changed_on,
  count(*) as records,
  count_if(change = 'merged') as merged,
  count_if(change = 'split') as split,
  count_if(change in ('moved', 'renamed')) as moved,
  count_if(is_decided) as decided
from identity.changes
where changed_on > as_of() - interval 14 day
group by changed_on
order by changed_on desc
