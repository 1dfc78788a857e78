/*
description: Whether resemblance may be used, by what was held out, or why there is none.
grain: one row
tags: [whole_firm]
columns:
  reason: {type: VARCHAR, description: Why there is no score; null when there is one, tests: [{accepted_values: [no_lists, too_few_buyers, too_few_prospects]}]}
  buyers: {type: BIGINT, description: Buyers held out, tests: [not_null]}
  prospects: {type: BIGINT, description: Prospects held out, tests: [not_null]}
  area_under_curve: {type: DOUBLE, description: Chance that a buyer scores above a prospect; a tie counts half}
  ks: {type: DOUBLE, description: 'Kolmogorov–Smirnov: the widest distance between the shares of buyers and of prospects down to a score'}
  top_lift: {type: DOUBLE, description: Lift of the best tenth}
  won: {type: BIGINT, description: Prospects who became customers, tests: [not_null]}
  won_top_lift: {type: DOUBLE, description: 'Prospects of the best three tenths who became customers, against how many would have at the rates of their lists; null where nobody did'}
  is_confirmed: {type: BOOLEAN, description: 'They are more than that by two standard errors: resemblance tells who will buy, and not only who has; null where nobody became a customer'}
*/
with
  held as (
    select score, count(*) filter (where side = 'buyer') as buyers, count(*) filter (where side = 'prospect') as prospects
    from lookalikes.scores
    where is_held_out
    group by score
  ),
  ranked as (
    select
      *,
      sum(buyers) over to_here as buyers_to,
      sum(prospects) over to_here as prospects_to,
      sum(buyers) over () as all_buyers,
      sum(prospects) over () as all_prospects
    from held
    window to_here as (order by score)
  ),
  measured as (
    select
      cast(coalesce(sum(buyers), 0) as bigint) as buyers,
      cast(coalesce(sum(prospects), 0) as bigint) as prospects,
      ratio(sum(buyers * (prospects_to - prospects / 2.0)), any_value(all_buyers) * any_value(all_prospects)) as area_under_curve,
      max(abs(ratio(buyers_to, all_buyers) - ratio(prospects_to, all_prospects))) as ks
    from ranked
  ),
  winning as (
    select
      coalesce(sum(won), 0) as won,
      sum(won) filter (where decile <= 3) as won_top,
      sum(won_expected) filter (where decile <= 3) as expected_top
    from lookalikes.gains
  )
select
  case
    when not exists (select 1 from lookalikes.people where side = 'prospect') then 'no_lists'
    when m.buyers < param('min_repeat_buyers') / 2 then 'too_few_buyers'
    when m.prospects < param('min_repeat_buyers') / 2 then 'too_few_prospects'
  end as reason,
  m.buyers,
  m.prospects,
  m.area_under_curve,
  m.ks,
  (select lift from lookalikes.gains where decile = 1) as top_lift,
  cast(w.won as bigint) as won,
  ratio(w.won_top, w.expected_top) as won_top_lift,
  case when w.won > 0 then coalesce(w.won_top > w.expected_top + 2 * sqrt(w.expected_top), false) end as is_confirmed
from measured as m
cross join winning as w
