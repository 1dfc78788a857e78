/*
description: >
  Who would have been the better guide a year ago, the scores or the forecast? Customers with a purchase in the window then are
  ranked four ways: by the predictive value, by the nested scores, by the sum of the independent scores, and by the contribution of
  the year before; and what the best tenths of each ranking contributed in the year since is counted. Customers of equal rank
  are divided by their number, not by the facts.
grain: one row a kind of customer, ranking and tenth
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  ranking: {type: VARCHAR, description: 'forecast, nested_scores, independent_scores or last_year', tests: [not_null, {accepted_values: [forecast, nested_scores, independent_scores, last_year]}]}
  decile: {type: INTEGER, description: 1 the best, tests: [not_null, {range: {min: 1, max: 10}}]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  actual: {type: 'DECIMAL(18,4)', description: Contribution of the year since, tests: [not_null]}
  purchases: {type: BIGINT, description: Purchase days of the year since, tests: [not_null]}
  cumulative_share: {type: DOUBLE, description: Share of the contribution in this tenth and all better ones; can pass 1 where the last ones cost}
  rank_correlation: {type: DOUBLE, description: "Spearman's, of the ranking and the contribution of the year since"}
tests:
  - unique: [kind, ranking, decile]
*/
with
  known as (
    select
      y.customer_id,
      y.kind,
      y.actual,
      y.purchases,
      y.predicted as forecast,
      y.contribution_before as last_year,
      100 * s.nested_r + 10 * s.nested_f + s.nested_m as nested_scores,
      s.r + s.f + s.m as independent_scores
    from ltv.year_ago as y
    join rfm.scores as s on s.snapshot = 'year_ago' and s.customer_id = y.customer_id
  ),
  measures as (
    select customer_id, kind, actual, purchases, 'forecast' as ranking, cast(forecast as double) as measure from known
    union all
    select customer_id, kind, actual, purchases, 'last_year', cast(last_year as double) from known
    union all
    select customer_id, kind, actual, purchases, 'nested_scores', cast(nested_scores as double) from known
    union all
    select customer_id, kind, actual, purchases, 'independent_scores', cast(independent_scores as double) from known
  ),
  ranked as (
    select
      *,
      rank() over (partition by kind, ranking order by measure)
        + (count(*) over (partition by kind, ranking, measure) - 1) / 2.0 as measure_rank,
      rank() over (partition by kind, ranking order by actual)
        + (count(*) over (partition by kind, ranking, actual) - 1) / 2.0 as actual_rank,
      cast(ntile(10) over (partition by kind, ranking order by measure desc, customer_id) as integer) as decile
    from measures
  ),
  correlations as (
    select kind, ranking, corr(measure_rank, actual_rank) as rank_correlation
    from ranked
    group by kind, ranking
  ),
  sums as (
    select kind, ranking, decile, count(*) as customers, sum(actual) as actual, sum(purchases) as purchases
    from ranked
    group by kind, ranking, decile
  )
select
  s.kind,
  s.ranking,
  s.decile,
  s.customers,
  money(s.actual) as actual,
  cast(s.purchases as bigint) as purchases,
  ratio(
    sum(s.actual) over (partition by s.kind, s.ranking order by s.decile), sum(s.actual) over (partition by s.kind, s.ranking)
  ) as cumulative_share,
  round(case when isfinite(c.rank_correlation) then c.rank_correlation end, 9) as rank_correlation
from sums as s
join correlations as c on c.kind = s.kind and c.ranking = s.ranking
order by s.kind, s.ranking, s.decile
