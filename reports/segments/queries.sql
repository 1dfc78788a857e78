-- Segments: who are our buyers, who is like them, and what do they buy together?

-- name: terms :one
select
  as_of() as as_of,
  cast(as_of() - to_days(cast(param('migration_days') as integer)) as date) as prior_on,
  cast(param('basket_days') as integer) as basket_days

-- name: findings
with
held as (
  select * from lookalikes.evidence
),
baskets as (
  select * from baskets.evidence
),
best as (
  select *, contribution / nullif(sum(contribution) over (), 0) as contribution_share
  from segments.profiles
  where kind = 'person' and customers > 0
)
(
  select 'best' as code, 1 as rank, 'good' as tone,
    json_object('traits', traits, 'share', share, 'contribution_share', contribution_share) as arguments
  from best
  where contribution_share > share
  order by contribution desc
  limit 1
)
union all
select 'no_segments', 1, 'bad', json_object()
where not exists (from segments.names)
union all
select 'weak', 2, null, json_object('kind', kind, 'silhouette', max(silhouette))
from segments.clusterings
where is_chosen
group by kind
having max(silhouette) < 0.25
union all
select case when is_confirmed then 'alike' else 'alike_unconfirmed' end, 3, case when is_confirmed then 'good' else 'bad' end,
  json_object('lift', top_lift, 'curve', area_under_curve, 'won', won, 'won_lift', won_top_lift)
from held
where reason is null and is_confirmed is not null
union all
select 'alike_open', 3, null, json_object('lift', top_lift, 'curve', area_under_curve)
from held
where reason is null and is_confirmed is null
union all
select 'no_alike', 3, null, json_object('reason', reason)
from held
where reason is not null
union all
select case when beats_naive then 'next' else 'next_fails' end, 4, case when beats_naive then 'good' else 'bad' end,
  json_object('share', rule_share, 'popular', popular_share, 'customers', customers)
from baskets
where customers > 0

-- name: profiles
select kind, 'profile' as code, traits[1] as trait_1, traits[2] as trait_2, customers, share, customers / nullif(prior_customers, 0) - 1 as change, median_silent_days, mean_purchases, mean_spend,
  discount_share, online_share, contribution, mean_risk, false as is_total
from segments.profiles
order by kind desc, contribution desc

-- name: migration
select m.kind, f.traits[1] as from_1, f.traits[2] as from_2, t.traits[1] as to_1, t.traits[2] as to_2, m.customers, m.share
from segments.migration as m
left join segments.names as f on f.kind = m.kind and f.segment = m.from_segment
join segments.names as t on t.kind = m.kind and t.segment = m.to_segment
where m.from_segment <> m.to_segment and m.from_segment <> 'new'
order by m.customers desc, m.kind, m.from_segment, m.to_segment
limit 10

-- name: clusterings
with
tried as (select distinct kind, clusters, silhouette::double as silhouette, is_chosen from segments.clusterings)
select
  kind,
  any_value(clusters) filter (where is_chosen) as chosen,
  any_value(silhouette) filter (where clusters = 3) as of_3,
  any_value(silhouette) filter (where clusters = 4) as of_4,
  any_value(silhouette) filter (where clusters = 5) as of_5,
  any_value(silhouette) filter (where clusters = 6) as of_6,
  any_value(silhouette) filter (where clusters = 7) as of_7,
  any_value(silhouette) filter (where clusters = 8) as of_8
from tried
group by kind
order by kind desc

-- name: gains
select people_share, gain
from lookalikes.gains
where (select reason from lookalikes.evidence) is null
order by decile

-- name: tenths
select decile, people, buyers, lift, prospects, won, won_expected, won_lift
from lookalikes.gains
where (select reason from lookalikes.evidence) is null
order by decile

-- name: lists
select coalesce(any_value(l.name), p.list_id) as list, count(*) as prospects, count(*) filter (where decile <= 3) as best, count(*) filter (where decile <= 3) / count(*) as best_share
from lookalikes.prospects as p
left join staging.lists as l on l.list_id = p.list_id
group by p.list_id
order by best_share desc, p.list_id

-- name: rules
select level, antecedent_names as antecedent, antecedent_names_zh as antecedent_zh, consequent_name as consequent,
  consequent_name_zh as consequent_zh, orders, confidence, lift
from baskets.rules
where basis = 'full' and lift > 1 and z > 3
qualify row_number() over (partition by level order by lift desc, rule) <= case level when 'category' then 3 else 6 end
order by list_position(['product', 'subcategory', 'category'], level), lift desc, rule
