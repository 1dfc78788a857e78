/*
description: >
  Lift of each offer by the segment that its customers stood in on the eve of the send, over all runs with a control that are
  over. Within a segment runs are weighted by treated × control / both (Mantel and Haenszel), so that a segment that grew is
  not taken for a lift. Small segments are pulled toward the offer's mean (empirical Bayes; between-segment variance after
  DerSimonian and Laird). Break-even is that of the latest run, with its fixed cost.
grain: one row an offer and segment that had both cells
columns:
  offer_id: {type: VARCHAR, description: Offer, tests: [not_null]}
  segment: {type: VARCHAR, description: 'RFM segment on the eve of the send; Outside without a purchase in its window, Prospect without any', tests: [not_null]}
  position: {type: INTEGER, description: Order of segments, tests: [not_null]}
  treated: {type: BIGINT, description: Drawn to be sent the piece, tests: [{range: {min: 1}}]}
  control: {type: BIGINT, description: Held back, tests: [{range: {min: 1}}]}
  lift: {type: DOUBLE, description: Lift in buyers as it came, tests: [not_null]}
  lift_error: {type: DOUBLE, description: Half of its 95 % interval, tests: [not_null]}
  expected_lift: {type: DOUBLE, description: The same pulled toward the mean of the offer, tests: [not_null]}
  expected_error: {type: DOUBLE, description: Half of its 95 % interval, tests: [not_null]}
  margin_per_buyer: {type: DOUBLE, description: Margin of a treated buyer of the offer's latest run}
  break_even: {type: DOUBLE, description: Response at which a piece pays}
  index: {type: DOUBLE, description: 100 × (expected_lift − break_even) / break_even}
tests:
  - unique: [offer_id, segment]
*/
with
  strata as (
    select
      r.offer_id,
      u.segment,
      u.campaign_id,
      count(*) filter (where u.cell = 'treatment') as treated,
      count(*) filter (where u.cell = 'control') as control,
      count(*) filter (where u.cell = 'treatment' and u.purchases > 0) as treated_buyers,
      count(*) filter (where u.cell = 'control' and u.purchases > 0) as control_buyers
    from campaigns.units as u
    join campaigns.results as r on r.campaign_id = u.campaign_id
    where r.is_over and not r.is_list and r.basis = 'incremental'
    group by r.offer_id, u.segment, u.campaign_id
    having treated > 0 and control > 0
  ),
  lifts as (
    select
      offer_id,
      segment,
      sum(treated) as treated,
      sum(control) as control,
      stratified_lift(treated, treated_buyers, control, control_buyers) as lift,
      stratified_variance(treated, treated_buyers, control, control_buyers) as variance
    from strata
    group by offer_id, segment
  ),
  spreads as (
    select
      offer_id,
      between_variance(lift, variance) as spread
    from lifts
    group by offer_id
  ),
  means as (
    select
      l.offer_id,
      s.spread,
      pooled_mean(l.lift, l.variance, s.spread) as mean_lift,
      pooled_variance(l.variance, s.spread) as mean_variance
    from lifts as l
    join spreads as s on s.offer_id = l.offer_id
    group by l.offer_id, s.spread
  ),
  expected as (
    select
      l.*,
      shrunk(l.lift, l.variance, m.mean_lift, m.spread) as expected_lift,
      1.96 * shrunk_error(l.variance, m.spread, m.mean_variance) as expected_error
    from lifts as l
    join means as m on m.offer_id = l.offer_id
  )
select
  e.offer_id,
  e.segment,
  rfm_position(e.segment) as position,
  cast(e.treated as bigint) as treated,
  cast(e.control as bigint) as control,
  settled(e.lift) as lift,
  settled(1.96 * sqrt(e.variance)) as lift_error,
  settled(e.expected_lift) as expected_lift,
  settled(e.expected_error) as expected_error,
  o.margin_per_buyer,
  o.break_even,
  settled(break_even_index(e.expected_lift, o.break_even)) as index
from expected as e
join campaigns.offers as o on o.offer_id = e.offer_id
