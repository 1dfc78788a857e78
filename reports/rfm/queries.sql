-- RFM: who next? Scores of the as-of day over the window, against the scores of the snapshot before it.

-- name: window :one
select
  as_of() as to_on,
  cast(as_of() - to_days(cast(param('rfm_window_days') as integer) - 1) as date) as from_on,
  cast(as_of() - to_days(cast(param('migration_days') as integer)) as date) as prior_on,
  (select count(*) from rfm.scores where snapshot = 'this') as customers,
  (select count(*) from rfm.scores where snapshot = 'prior') as prior_customers

-- name: findings
with
segments as (
  select * from rfm.segments where kind = 'all'
),
slipping as (
  select sum(customers) as customers, sum(margin) as margin, sum(margin_share) as share, sum(prior_customers) as prior
  from segments
  where segment in ('At Risk', 'Cannot Lose Them')
),
moves as (
  select
    coalesce(sum(customers) filter (where to_position > from_position and to_segment <> 'Outside'), 0) as down,
    coalesce(sum(customers) filter (where to_position < from_position), 0) as up,
    coalesce(sum(customers) filter (where to_segment = 'Outside'), 0) as gone,
    sum(customers) as scored
  from rfm.migration
  where kind = 'all' and from_segment <> 'Outside'
)
(
  select 'best_hold' as code, 1 as rank, 'good' as tone,
    json_object('segment', segment, 'customers', customers, 'share', share, 'margin_share', margin_share, 'margin', margin) as arguments
  from segments
  where customers > 0 and margin_share > share
  order by margin desc
  limit 1
)
union all
select 'slipping', 2, 'bad', json_object('customers', customers, 'margin', margin, 'share', share)
from slipping
where customers > 0 and margin > 0
union all
-- A change counts where it is more than two standard errors of a count.
select case when customers > prior then 'slipping_more' else 'slipping_fewer' end, 3,
  case when customers > prior then 'bad' else 'good' end,
  json_object('change', abs(customers - prior), 'change_share', abs(customers / prior - 1))
from slipping
where prior > 0 and abs(customers - prior) > 2 * sqrt(customers + prior)
union all
select case when up > down + gone then 'moved_up' else 'moved_down' end, 4,
  case when up > down + gone then 'good' else 'bad' end,
  json_object('up', up, 'down', down, 'gone', gone, 'scored', scored)
from moves
where scored > 0 and up <> down + gone
union all
-- Cells that cost more than they bring, as far as thirty contacts can tell.
select 'unpaid', 4, 'bad', json_object('cells', count(*), 'contacts', sum(contacts), 'cost', sum(cost))
from rfm.response
where index < 0 and contacts >= 30
having count(*) > 0
union all
select case when f.share >= s.share then 'forecast_better' else 'scores_better' end, 5, null,
  json_object('forecast', f.share, 'scores', s.share)
from (select cumulative_share as share from rfm.ranking where kind = 'person' and ranking = 'forecast' and decile = 2) as f,
  (
    select max(cumulative_share) as share
    from rfm.ranking
    where kind = 'person' and ranking in ('nested_scores', 'independent_scores') and decile = 2
  ) as s
union all
select 'leave', 5, null, json_object('customers', customers, 'share', share, 'margin_share', margin_share)
from segments
where segment = 'Lost' and customers > 0 and share > margin_share

-- name: grid
select r, f, customers, margin
from rfm.grid
where kind = 'all'
order by r desc, f

-- name: segments
select
  segment, customers, share, prior_customers,
  customers / nullif(prior_customers, 0) - 1 as change,
  net_sales, margin, margin_share, mean_recency_days, mean_frequency, mean_monetary,
  false as is_total, position
from rfm.segments
where kind = 'all'
order by position

-- name: migration
select
  from_segment, to_segment, customers,
  customers / sum(customers) over (partition by from_segment) as share,
  monetary_now - monetary_before as change
from rfm.migration
where kind = 'all'
qualify from_segment <> to_segment and from_segment <> 'Outside'
order by customers desc, from_segment, to_segment
limit 12

-- name: moves
select
  from_segment, to_segment, customers,
  case when to_position < from_position then 'good' when to_position > from_position then 'bad' else 'before' end as tone
from rfm.migration
where kind = 'all' and from_segment <> 'Outside'
order by from_position, to_position

-- name: kinds
select kind, sum(customers) as customers, sum(net_sales) as net_sales, sum(margin) as margin,
  sum(customers * mean_frequency) / nullif(sum(customers), 0) as mean_frequency,
  sum(customers * mean_monetary) / nullif(sum(customers), 0) as mean_monetary
from rfm.segments
where kind <> 'all'
group by kind
having sum(customers) > 0
order by kind desc

-- name: person_bins
with bins as (
  select measure, score, customers, low, high
  from rfm.bins
  where kind = 'person' and scoring = 'independent'
)
select score,
  any_value(low) filter (where measure = 'recency') as recency_low,
  any_value(high) filter (where measure = 'recency') as recency_high,
  any_value(customers) filter (where measure = 'recency') as recency_customers,
  any_value(low) filter (where measure = 'frequency') as frequency_low,
  any_value(high) filter (where measure = 'frequency') as frequency_high,
  any_value(customers) filter (where measure = 'frequency') as frequency_customers,
  any_value(low) filter (where measure = 'monetary') as monetary_low,
  any_value(high) filter (where measure = 'monetary') as monetary_high,
  any_value(customers) filter (where measure = 'monetary') as monetary_customers
from bins
group by score
order by score desc

-- name: organisation_bins
with bins as (
  select measure, score, customers, low, high
  from rfm.bins
  where kind = 'organisation' and scoring = 'independent'
)
select score,
  any_value(low) filter (where measure = 'recency') as recency_low,
  any_value(high) filter (where measure = 'recency') as recency_high,
  any_value(customers) filter (where measure = 'recency') as recency_customers,
  any_value(low) filter (where measure = 'frequency') as frequency_low,
  any_value(high) filter (where measure = 'frequency') as frequency_high,
  any_value(customers) filter (where measure = 'frequency') as frequency_customers,
  any_value(low) filter (where measure = 'monetary') as monetary_low,
  any_value(high) filter (where measure = 'monetary') as monetary_high,
  any_value(customers) filter (where measure = 'monetary') as monetary_customers
from bins
group by score
order by score desc

-- name: response
with sums as (
  select segment, sum(contacts) as contacts, sum(responses) as responses, sum(controls) as controls,
    sum(control_responses) as control_responses, sum(cost) / nullif(sum(contacts * margin), 0) as break_even
  from rfm.response
  group by segment
)
select c.segment, s.contacts, s.responses / nullif(s.contacts, 0) as response, s.controls,
  s.control_responses / nullif(s.controls, 0) as control_response, s.break_even,
  100 * (s.responses / nullif(s.contacts, 0) / nullif(s.break_even, 0) - 1) as index
from sums as s
join (select distinct segment, position from rfm.cells) as c on c.segment = s.segment
where s.contacts > 0
order by c.position

-- name: response_cells
select r, f, sum(responses) / nullif(sum(contacts), 0) as response, sum(contacts) as contacts
from rfm.response
group by r, f
having sum(contacts) > 0
order by r desc, f

-- name: ranking
select kind, ranking,
  max(cumulative_share) filter (where decile = 1) as best_tenth,
  max(cumulative_share) filter (where decile = 2) as best_fifth,
  max(cumulative_share) filter (where decile = 5) as best_half,
  max(rank_correlation) as rank_correlation
from rfm.ranking
group by kind, ranking
order by kind desc, best_fifth desc, ranking
