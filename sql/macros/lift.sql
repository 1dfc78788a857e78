-- What an experiment shows: a treated group against a control drawn at random before the send, by intention to treat.

-- Half of the 95 % interval of the difference of two shares.
create or replace macro share_lift_error(p_treated, n_treated, p_control, n_control) as
  1.96 * sqrt(p_treated * (1 - p_treated) / n_treated + p_control * (1 - p_control) / n_control);

-- The same of the difference of two means, from the variance of each group. A group of one has none.
create or replace macro mean_lift_error(variance_treated, n_treated, variance_control, n_control) as
  1.96 * sqrt(variance_treated / n_treated + variance_control / n_control);

-- What a send earned that would not have come without it: (margin a head treated − control) × treated − cost.
create or replace macro incremental_profit(margin_treated, margin_control, n_treated, cost) as
  (margin_treated - margin_control) * n_treated - cost;

-- The response at which a send pays for itself: what a piece costs, with its share of the fixed cost, over the margin (not the
-- revenue) of a response. Unknown where a response leaves no margin.
create or replace macro break_even_response(fixed, pieces, variable, margin_per_response) as
  case when margin_per_response > 0 then (ratio(fixed, pieces) + variable) / margin_per_response end;

-- 100 × (response − break-even) / break-even: above zero it pays.
create or replace macro break_even_index(response, break_even) as 100 * ratio(response - break_even, break_even);

-- Lift in buyers over several experiments, each weighted by treated × control / both (Mantel and Haenszel's risk difference), and
-- its variance, from the shares of all of them together with half a buyer added, for one stratum alone may have none.
create or replace macro stratum_weight(treated, control) as ratio(treated * control, treated + control);
create or replace macro stratified_lift(treated, treated_buyers, control, control_buyers) as
  sum(stratum_weight(treated, control) * (ratio(treated_buyers, treated) - ratio(control_buyers, control)))
    / sum(stratum_weight(treated, control));
create or replace macro share_variance(buyers, n) as ratio(buyers + 0.5, n + 1) * (1 - ratio(buyers + 0.5, n + 1));
create or replace macro stratified_variance(treated, treated_buyers, control, control_buyers) as
  (
    share_variance(sum(treated_buyers), sum(treated)) * sum(stratum_weight(treated, control) ** 2 / treated)
      + share_variance(sum(control_buyers), sum(control)) * sum(stratum_weight(treated, control) ** 2 / control)
  ) / sum(stratum_weight(treated, control)) ** 2;
