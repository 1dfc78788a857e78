/*
description: >
  What a piece does to whom, over all campaigns with a control whose window is over (lists and programmes apart): by the pieces
  sent to the customer in the 90 days before (does it do less when many came lately?), by whether it came by the medium
  that the customer asks for, by market (campaigns that went to several, so that like is held against like), and by the RFM
  segment on the eve of the send. Lift in buyers within each campaign, weighted by treated × control / both (Mantel and
  Haenszel), for those who are sent much are those who buy much; the raw response of the treated stands beside it and is no
  effect.
grain: one row a question and answer for which both cells were there
columns:
  dimension: {type: VARCHAR, description: 'pieces_before, medium_asked, market or segment', tests: [not_null, {accepted_values: [pieces_before, medium_asked, market, segment]}]}
  member: {type: VARCHAR, description: "0 to 4 (4 is 4 or more) pieces; asked, other or unsaid; market; segment", tests: [not_null]}
  treated: {type: BIGINT, description: Drawn to be sent a piece, tests: [not_null]}
  control: {type: BIGINT, description: Held back, tests: [not_null]}
  response: {type: DOUBLE, description: Share of the treated that bought, tests: [not_null]}
  lift: {type: DOUBLE, description: Treated less control, tests: [not_null]}
  lift_error: {type: DOUBLE, description: Half of its 95 % interval, tests: [not_null]}
tests:
  - unique: [dimension, member]
*/
with
  tried as (
    select
      u.campaign_id,
      u.cell,
      u.purchases > 0 as has_bought,
      cast(least(u.contacts_before, 4) as varchar) as pieces_before,
      case when c.medium_basis = 'declared' and c.medium = r.medium then 'asked' when c.medium_basis = 'declared' then 'other' else 'unsaid' end
        as medium_asked,
      case when min(u.market) over (partition by u.campaign_id) < max(u.market) over (partition by u.campaign_id) then u.market end as market,
      u.segment
    from campaigns.units as u
    join campaigns.results as r on r.campaign_id = u.campaign_id
    left join contacts.customers as c on c.customer_id = u.customer_id
    where r.is_over and r.basis = 'incremental' and not r.is_list and r.medium is distinct from 'programme'
  ),
  strata as (
    select
      case
        when grouping(pieces_before) = 0 then 'pieces_before'
        when grouping(medium_asked) = 0 then 'medium_asked'
        when grouping(market) = 0 then 'market'
        else 'segment'
      end as dimension,
      coalesce(pieces_before, medium_asked, market, segment) as member,
      campaign_id,
      count(*) filter (where cell = 'treatment') as treated,
      count(*) filter (where cell = 'control') as control,
      count(*) filter (where cell = 'treatment' and has_bought) as treated_buyers,
      count(*) filter (where cell = 'control' and has_bought) as control_buyers
    from tried
    group by grouping sets ((pieces_before, campaign_id), (medium_asked, campaign_id), (market, campaign_id), (segment, campaign_id))
    having treated > 0 and control > 0 and member is not null
  )
select
  dimension,
  member,
  cast(sum(treated) as bigint) as treated,
  cast(sum(control) as bigint) as control,
  ratio(sum(treated_buyers), sum(treated)) as response,
  settled(stratified_lift(treated, treated_buyers, control, control_buyers)) as lift,
  settled(1.96 * sqrt(stratified_variance(treated, treated_buyers, control, control_buyers))) as lift_error
from strata
group by dimension, member
order by dimension, member
