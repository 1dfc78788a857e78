/*
description: >
  The same offer by the same medium for the same purpose, sent again and again, over all runs with a control whose window is
  over. The mean lift weighs runs by their precision (DerSimonian and Laird); what the next run may bring is the lift of the
  latest one, pulled toward that mean as far as the runs agree. Its profit: the mean lift in margin a head (runs weighted by
  treated × control / both) × those treated in the latest run − the cost of that run. Verdict: drop where the 95 % interval of
  this profit lies below zero, or that of the expected lift below the break-even of the latest run (or below zero); roll_out
  where the one lies above zero or the other above break-even; else retest. Campaigns to lists are judged on the page of
  lists.
  Errors of runs use shares with half a buyer added to either side, for a cell without a buyer is no certainty.
grain: one row an offer with a control
columns:
  offer_id: {type: VARCHAR, description: 'First campaign of the offer, with or without a control', tests: [unique, not_null]}
  campaign_id: {type: VARCHAR, description: Latest run, tests: [unique, not_null]}
  name: {type: VARCHAR, description: Name of the latest run, tests: [not_null]}
  purpose: {type: VARCHAR, description: Purpose}
  medium: {type: VARCHAR, description: Medium}
  runs: {type: BIGINT, description: Runs with a control, tests: [{range: {min: 1}}]}
  treated: {type: BIGINT, description: Drawn to be sent the piece in all of them, tests: [not_null]}
  control: {type: BIGINT, description: Held back in all of them, tests: [not_null]}
  mean_lift: {type: DOUBLE, description: Mean lift in buyers, tests: [not_null]}
  mean_error: {type: DOUBLE, description: Half of its 95 % interval, tests: [not_null]}
  spread: {type: DOUBLE, description: Standard deviation of the true lift between runs, tests: [not_null]}
  latest_lift: {type: DOUBLE, description: Lift of the latest run, tests: [not_null]}
  expected_lift: {type: DOUBLE, description: Lift to expect of the next run, tests: [not_null]}
  expected_error: {type: DOUBLE, description: Half of its 95 % interval, tests: [not_null]}
  margin_per_buyer: {type: DOUBLE, description: Margin of a treated buyer in the latest run}
  variable_cost: {type: DOUBLE, description: Cost of a piece in the latest run}
  fixed_cost: {type: DOUBLE, description: Fixed cost of the latest run}
  break_even: {type: DOUBLE, description: Break-even of the latest run}
  expected_profit: {type: DOUBLE, description: Incremental profit to expect of another run like the latest, tests: [not_null]}
  profit_error: {type: DOUBLE, description: Half of its 95 % interval}
  latest_profit: {type: DOUBLE, description: Incremental profit of the latest run}
  verdict: {type: VARCHAR, description: By the rule above, tests: [not_null, {accepted_values: [roll_out, retest, drop]}]}
*/
with
  runs as (
    select
      r.*,
      ratio(t.buyers + 0.5, t.size + 1) as p_treated,
      ratio(c.buyers + 0.5, c.size + 1) as p_control
    from campaigns.results as r
    join campaigns.cells as t on t.campaign_id = r.campaign_id and t.cell = 'treatment'
    join campaigns.cells as c on c.campaign_id = r.campaign_id and c.cell = 'control'
    where r.is_over and not r.is_list
  ),
  known as (
    select
      *,
      (share_lift_error(p_treated, treated, p_control, control) / 1.96) ** 2 as variance,
      stratum_weight(treated, control) as weight
    from runs
  ),
  sums as (
    select
      offer_id,
      between_variance(lift, variance) as spread
    from known
    group by offer_id
  ),
  pooled as (
    select
      k.offer_id,
      s.spread,
      count(*) as runs,
      sum(k.treated) as treated,
      sum(k.control) as control,
      pooled_mean(k.lift, k.variance, s.spread) as mean_lift,
      pooled_variance(k.variance, s.spread) as mean_variance,
      sum(k.weight * k.margin_lift) / sum(k.weight) as margin_lift,
      sqrt(sum((k.weight * k.margin_error) ** 2)) / sum(k.weight) as margin_error,
      max_by(k.campaign_id, (k.sent_on, k.campaign_id)) as campaign_id
    from known as k
    join sums as s on s.offer_id = k.offer_id
    group by k.offer_id, s.spread
  ),
  expected as (
    select
      p.*,
      l.name,
      l.purpose,
      l.medium,
      l.lift as latest_lift,
      l.margin_per_buyer,
      l.variable_cost,
      l.cost - l.variable_cost * l.pieces as fixed_cost,
      l.break_even,
      l.profit as latest_profit,
      p.margin_lift * l.treated - l.cost as expected_profit,
      p.margin_error * l.treated as profit_error,
      shrunk(l.lift, l.variance, p.mean_lift, p.spread) as expected_lift,
      1.96 * shrunk_error(l.variance, p.spread, p.mean_variance) as expected_error
    from pooled as p
    join known as l on l.campaign_id = p.campaign_id
  )
select
  offer_id,
  campaign_id,
  name,
  purpose,
  medium,
  runs,
  cast(treated as bigint) as treated,
  cast(control as bigint) as control,
  settled(mean_lift) as mean_lift,
  settled(1.96 * sqrt(mean_variance)) as mean_error,
  settled(sqrt(spread)) as spread,
  latest_lift,
  settled(expected_lift) as expected_lift,
  settled(expected_error) as expected_error,
  margin_per_buyer,
  variable_cost,
  fixed_cost,
  break_even,
  round(expected_profit, 4) as expected_profit,
  round(profit_error, 4) as profit_error,
  latest_profit,
  case
    when least(treated, control) < 50 then 'retest'
    when expected_profit + profit_error < 0 or expected_lift + expected_error < greatest(0, coalesce(break_even, 0)) then 'drop'
    when expected_profit - profit_error > 0 or expected_lift - expected_error > break_even then 'roll_out'
    else 'retest'
  end as verdict
from expected
