/*
description: >
  From how many silent days a customer counts as at risk and as lapsed: quantiles of all gaps between purchases of that kind of
  customer (the smallest gap with at least that share of gaps no longer than it). One-time buyers have no gap: the same
  threshold counts for them, from their only purchase. A kind with fewer repeat buyers than min_repeat_buyers takes the whole base's gaps.
grain: one row a kind of customer that has bought
tags: [whole_firm]
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null, unique]}
  basis: {type: VARCHAR, description: Whose gaps were used, tests: [not_null, {accepted_values: [own, whole base]}]}
  buyers: {type: BIGINT, description: Customers with a purchase, tests: [not_null]}
  repeat_buyers: {type: BIGINT, description: Customers with a second purchase day, tests: [not_null]}
  one_time_buyers: {type: BIGINT, description: Customers with one purchase day, tests: [not_null]}
  gaps: {type: BIGINT, description: Gaps the quantiles rest on; 0 when nobody bought twice, tests: [not_null]}
  median_gap_days: {type: BIGINT, description: Half of the gaps are no longer}
  at_risk_days: {type: BIGINT, description: At risk when silent for longer}
  lapse_days: {type: BIGINT, description: Lapsed when silent for longer; null when nobody bought twice}
*/
with
  buyers as (
    select
      kind,
      count(*) as buyers,
      count(*) filter (where purchases > 1) as repeat_buyers,
      count(*) filter (where purchases = 1) as one_time_buyers
    from core.customers
    where purchases > 0
    group by kind
  ),
  bases as (
    select *, case when repeat_buyers >= param('min_repeat_buyers') then 'own' else 'whole base' end as basis
    from buyers
  ),
  gaps as (
    select b.kind, g.gap_days, sum(g.gaps) as gaps
    from bases as b
    join churn.gaps as g on b.basis = 'whole base' or g.kind = b.kind
    group by b.kind, g.gap_days
  ),
  cumulated as (
    select
      kind,
      gap_days,
      sum(gaps) over (partition by kind order by gap_days) as gaps_to_here,
      sum(gaps) over (partition by kind) as gaps
    from gaps
  ),
  quantiles as (
    select
      kind,
      cast(max(gaps) as bigint) as gaps,
      min(gap_days) filter (where gaps_to_here >= 0.5 * gaps) as median_gap_days,
      min(gap_days) filter (where gaps_to_here >= param('at_risk_quantile') * gaps) as at_risk_days,
      min(gap_days) filter (where gaps_to_here >= param('lapse_quantile') * gaps) as lapse_days
    from cumulated
    group by kind
  )
select
  b.kind,
  b.basis,
  b.buyers,
  b.repeat_buyers,
  b.one_time_buyers,
  coalesce(q.gaps, 0) as gaps,
  q.median_gap_days,
  q.at_risk_days,
  q.lapse_days
from bases as b
left join quantiles as q on q.kind = b.kind
order by b.kind
