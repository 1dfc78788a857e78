/*
description: >
  What customers are worth who began with a product, subcategory or category, against others who began otherwise: the mean
  of later margin less the mean of their peers (loyalty.starts), over customers whose first year is over. Starts are drawn towards each other
  by the share of chance in what tells them apart. Starts with fewer than min_group customers are counted and not judged.
  A difference between starts is not what the product does: who begins with it may be another customer from the outset.
grain: one row a kind of customer, level and start
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  level: {type: VARCHAR, description: 'category, subcategory or product', tests: [not_null, {accepted_values: [category, subcategory, product]}]}
  start: {type: VARCHAR, description: 'Category, subcategory or product_id; unknown without one', tests: [not_null]}
  customers: {type: BIGINT, description: Customers who began with it and whose first year is over, tests: [not_null]}
  came_again_share: {type: DOUBLE, description: Of these who bought again within the year, tests: [not_null, {range: {min: 0, max: 1}}]}
  later_margin: {type: DOUBLE, description: Mean margin of the year after the first purchase, tests: [not_null]}
  difference: {type: DOUBLE, description: Mean later margin less that of the peers, tests: [not_null]}
  shrunk: {type: DOUBLE, description: 'The difference, drawn towards that of all; null below min_group'}
  error: {type: DOUBLE, description: Its standard error}
  standing: {type: VARCHAR, description: 'Whether its 95 % interval lies above 0, below it or holds it', tests: [{accepted_values: [above, below, within]}]}
tests:
  - unique: [kind, level, start]
*/
with
  begun as (
    select
      s.kind,
      unnest(['category', 'subcategory', 'product']) as level,
      unnest([coalesce(p.category, 'unknown'), coalesce(p.subcategory, 'unknown'), coalesce(s.product_id, 'unknown')]) as start,
      s.came_again,
      s.later_margin,
      s.later_margin - s.peer_margin as difference
    from loyalty.starts as s
    left join staging.products as p on p.product_id = s.product_id
    where s.is_whole
  ),
  means as (
    select
      kind, level, start,
      count(*) as customers,
      count(*) filter (where came_again) as came_again,
      ratio(sum(later_margin), count(*)) as later_margin,
      ratio(sum(difference), count(*)) as difference,
      squares_about_mean(difference) as squares
    from begun
    group by kind, level, start
  ),
  -- Few customers tell little of how they scatter: the scatter within all starts serves each.
  scattered as (
    select
      *,
      sum(squares) over (partition by kind, level)
        / nullif(sum(customers) over (partition by kind, level) - count(*) over (partition by kind, level), 0) / customers as chance
    from means
  ),
  judged as (
    select *
    from scattered
    where customers >= param('min_group') and chance > 0
  ),
  between_starts as (
    select kind, level, between_variance(difference, chance) as tau2
    from judged
    group by kind, level
  ),
  pooled as (
    select j.kind, j.level, any_value(b.tau2) as tau2, pooled_mean(j.difference, j.chance, b.tau2) as mean,
      pooled_variance(j.chance, b.tau2) as mean_variance
    from judged as j
    join between_starts as b on b.kind = j.kind and b.level = j.level
    group by j.kind, j.level
  ),
  drawn as (
    select
      s.*,
      case when s.customers >= param('min_group') then shrunk(s.difference, s.chance, p.mean, p.tau2) end as drawn,
      case when s.customers >= param('min_group') then shrunk_error(s.chance, p.tau2, p.mean_variance) end as error
    from scattered as s
    left join pooled as p on p.kind = s.kind and p.level = s.level and s.chance > 0
  )
select
  kind, level, start, customers, ratio(came_again, customers) as came_again_share, later_margin, difference, drawn as shrunk, error,
  standing(drawn, error, 0) as standing
from drawn
