/*
description: >
  Who closes cases in time and well, over the last twenty-four complete months. Shares are drawn towards the mean of all by the share of
  chance in them (binomial at the mean share), so that three good cases do not make the best of the house. Codes, no names.
grain: one row a member of staff who handled a case
columns:
  handler_id: {type: VARCHAR, description: Member of staff; unknown where not told, tests: [not_null, unique]}
  cases: {type: BIGINT, description: 'Cases closed, or open and late', tests: [not_null]}
  late: {type: BIGINT, description: 'Of these, late', tests: [not_null]}
  late_share: {type: DOUBLE, description: late ÷ cases}
  late_shrunk: {type: DOUBLE, description: The same drawn towards the mean}
  late_error: {type: DOUBLE, description: Its standard error}
  late_standing: {type: VARCHAR, description: Its interval against the mean, tests: [{accepted_values: [above, below, within]}]}
  judged: {type: BIGINT, description: Cases judged by the reviewer, tests: [not_null]}
  well: {type: BIGINT, description: 'Of these, handled well', tests: [not_null]}
  well_share: {type: DOUBLE, description: well ÷ judged}
  well_shrunk: {type: DOUBLE, description: The same drawn towards the mean}
  well_error: {type: DOUBLE, description: Its standard error}
  well_standing: {type: VARCHAR, description: Its interval against the mean, tests: [{accepted_values: [above, below, within]}]}
*/
with
  counted as (
    select
      coalesce(handler_id, 'unknown') as handler_id,
      count(is_late) as cases,
      count(*) filter (where is_late) as late,
      count(handled_well) as judged,
      count(*) filter (where handled_well) as well
    from service.cases
    where opened_on between year_before_from() and last_complete_day() and (closed_on is not null or is_late)
    group by coalesce(handler_id, 'unknown')
  ),
  shares as (
    select
      *,
      ratio(late, cases) as late_share,
      ratio(well, judged) as well_share,
      sum(late) over () / sum(cases) over () as mean_late,
      sum(well) over () / nullif(sum(judged) over (), 0) as mean_well
    from counted
  ),
  chances as (
    select
      *,
      nullif(mean_late * (1 - mean_late), 0) / nullif(cases, 0) as late_chance,
      nullif(mean_well * (1 - mean_well), 0) / nullif(judged, 0) as well_chance
    from shares
  ),
  between_handlers as (
    select between_variance(late_share, late_chance) as late_tau2, between_variance(well_share, well_chance) as well_tau2
    from chances
  ),
  pooled as (
    select
      pooled_mean(c.late_share, c.late_chance, b.late_tau2) as late_mean,
      pooled_variance(c.late_chance, b.late_tau2) as late_variance,
      pooled_mean(c.well_share, c.well_chance, b.well_tau2) as well_mean,
      pooled_variance(c.well_chance, b.well_tau2) as well_variance
    from chances as c
    cross join between_handlers as b
  ),
  drawn as (
    select
      c.*,
      shrunk(c.late_share, c.late_chance, p.late_mean, b.late_tau2) as late_shrunk,
      shrunk_error(c.late_chance, b.late_tau2, p.late_variance) as late_error,
      shrunk(c.well_share, c.well_chance, p.well_mean, b.well_tau2) as well_shrunk,
      shrunk_error(c.well_chance, b.well_tau2, p.well_variance) as well_error,
      p.late_mean,
      p.well_mean
    from chances as c
    cross join between_handlers as b
    cross join pooled as p
  )
select
  handler_id, cases, late, late_share, late_shrunk, late_error,
  standing(late_shrunk, late_error, late_mean) as late_standing,
  judged, well, well_share, well_shrunk, well_error,
  standing(well_shrunk, well_error, well_mean) as well_standing
from drawn
