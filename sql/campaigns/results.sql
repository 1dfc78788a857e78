/*
description: >
  What each campaign brought. Incremental: treated less control, by intention to treat, with the 95 % interval; a campaign
  without a control has none of it. Attributed: orders credited to its pieces (campaigns.credits), with or without a control;
  the two are never added. Cost is pieces and fixed cost (the price of a list is on the page of lists).
  Break-even = (fixed / pieces + a piece) / margin of a buyer. Verdict, once the window is over: drop where the whole interval
  of the profit lies below zero, or that of the lift in buyers below break-even (and break-even would have shown as five
  buyers or more); roll_out where the interval of the profit lies above zero, or that of the lift above break-even with a
  profit; else retest, and so too where there is no control or one of fewer than 50. A campaign to a list has none here: its
  customers pay back beyond the window, and the page of lists judges it by that.
grain: one row a campaign that drew anybody
columns:
  campaign_id: {type: VARCHAR, description: Campaign, tests: [unique, not_null]}
  offer_id: {type: VARCHAR, description: 'First campaign of the same purpose, medium and offer', tests: [not_null]}
  name: {type: VARCHAR, description: Name, tests: [not_null]}
  purpose: {type: VARCHAR, description: Purpose}
  medium: {type: VARCHAR, description: Medium}
  sent_on: {type: DATE, description: First day of contact, tests: [not_null]}
  ends_on: {type: DATE, description: Last day that counts, tests: [not_null]}
  is_list: {type: BOOLEAN, description: Sent to names on a list, tests: [not_null]}
  is_over: {type: BOOLEAN, description: The window is over, tests: [not_null]}
  basis: {type: VARCHAR, description: incremental with a control, tests: [{accepted_values: [incremental, attributed]}]}
  treated: {type: BIGINT, description: Drawn to be sent the piece, tests: [not_null]}
  control: {type: BIGINT, description: Drawn to be held back, tests: [not_null]}
  pieces: {type: BIGINT, description: Pieces sent, tests: [not_null]}
  cost: {type: 'DECIMAL(18,4)', description: 'Pieces and fixed cost', tests: [not_null]}
  variable_cost: {type: DOUBLE, description: Cost of a piece}
  margin_per_buyer: {type: DOUBLE, description: Margin of a treated buyer in the window}
  break_even: {type: DOUBLE, description: Response at which it pays; null without a margin}
  response_lift: {type: DOUBLE, description: 'Share that bought, visited or called: treated less control'}
  response_error: {type: DOUBLE, description: Half of its 95 % interval}
  lift: {type: DOUBLE, description: 'Share that bought: treated less control'}
  lift_error: {type: DOUBLE, description: Half of its 95 % interval}
  spend_lift: {type: DOUBLE, description: 'Net sales a head: treated less control'}
  spend_error: {type: DOUBLE, description: Half of its 95 % interval}
  margin_lift: {type: DOUBLE, description: 'Margin a head: treated less control'}
  margin_error: {type: DOUBLE, description: Half of its 95 % interval}
  after_lift: {type: DOUBLE, description: 'Net sales a head in as many days after the window, treated less control: below zero, sales were borrowed'}
  after_error: {type: DOUBLE, description: Half of its 95 % interval}
  incremental_buyers: {type: DOUBLE, description: Lift × treated}
  profit: {type: DOUBLE, description: 'Incremental profit: margin a head treated less control, × treated, − cost'}
  profit_low: {type: DOUBLE, description: Lower end of its 95 % interval}
  profit_high: {type: DOUBLE, description: Upper end}
  roi: {type: DOUBLE, description: profit / cost}
  index: {type: DOUBLE, description: 100 × (lift − break_even) / break_even}
  attributed_orders: {type: BIGINT, description: Orders credited, tests: [not_null]}
  coded_orders: {type: BIGINT, description: Those of them that gave a key code, tests: [not_null]}
  attributed_margin: {type: 'DECIMAL(18,4)', description: Margin of orders credited, tests: [not_null]}
  attributed_response: {type: DOUBLE, description: Orders credited a piece}
  attributed_index: {type: DOUBLE, description: 100 × (attributed_response − break_even) / break_even; not incremental}
  verdict: {type: VARCHAR, description: Null while the window is open and for lists, tests: [{accepted_values: [roll_out, retest, drop]}]}
  reason: {type: VARCHAR, description: What the verdict rests on, tests: [not_null, {accepted_values: [open, list, no_control, too_few, earns, above_break_even, below_break_even, harms, loses, not_proven]}]}
tests:
  - expression: (basis = 'attributed') = (lift is null) and (lift is null) = (profit is null)
*/
with
  drawn as (
    select
      campaign_id,
      min(sent_on) as sent_on,
      max(last_sent_on) as last_sent_on,
      bool_or(is_list) as is_list,
      cast(sum(pieces) as bigint) as pieces,
      money(sum(cost)) as pieces_cost
    from campaigns.cells
    group by campaign_id
  ),
  credited as (
    select
      campaign_id,
      count(*) as orders,
      count(*) filter (where level = 'key_code') as coded,
      sum(trading_margin) as margin
    from campaigns.credits
    group by campaign_id
  ),
  compared as (
    select
      d.campaign_id,
      first_value(d.campaign_id) over (
        partition by k.purpose, k.medium, coalesce(k.offer, d.campaign_id) order by d.sent_on, d.campaign_id
      ) as offer_id,
      coalesce(k.name, d.campaign_id) as name,
      k.purpose,
      k.medium,
      d.sent_on,
      d.is_list,
      coalesce(k.ended_on, d.last_sent_on + cast(param('response_days') as integer)) as ends_on,
      coalesce(t.size, 0) as treated,
      coalesce(c.size, 0) as control,
      d.pieces,
      money(d.pieces_cost + coalesce(k.fixed_cost, 0)) as cost,
      coalesce(k.fixed_cost, 0) as fixed_cost,
      ratio(d.pieces_cost, d.pieces) as variable_cost,
      ratio(t.margin, t.buyers) as margin_per_buyer,
      t.response - c.response as response_lift,
      share_lift_error(t.response, t.size, c.response, c.size) as response_error,
      t.conversion - c.conversion as lift,
      share_lift_error(t.conversion, t.size, c.conversion, c.size) as lift_error,
      t.spend_a_head - c.spend_a_head as spend_lift,
      mean_lift_error(t.spend_variance, t.size, c.spend_variance, c.size) as spend_error,
      t.margin_a_head - c.margin_a_head as margin_lift,
      mean_lift_error(t.margin_variance, t.size, c.margin_variance, c.size) as margin_error,
      t.after_a_head - c.after_a_head as after_lift,
      mean_lift_error(t.after_variance, t.size, c.after_variance, c.size) as after_error,
      incremental_profit(t.margin_a_head, c.margin_a_head, t.size, d.pieces_cost + coalesce(k.fixed_cost, 0)) as profit,
      coalesce(a.orders, 0) as attributed_orders,
      coalesce(a.coded, 0) as coded_orders,
      money(coalesce(a.margin, 0)) as attributed_margin
    from drawn as d
    left join staging.campaigns as k on k.campaign_id = d.campaign_id
    left join campaigns.cells as t on t.campaign_id = d.campaign_id and t.cell = 'treatment'
    left join campaigns.cells as c on c.campaign_id = d.campaign_id and c.cell = 'control'
    left join credited as a on a.campaign_id = d.campaign_id
  ),
  judged as (
    select
      *,
      ends_on <= as_of() as is_over,
      break_even_response(fixed_cost, pieces, variable_cost, margin_per_buyer) as break_even,
      ratio(attributed_orders, pieces) as attributed_response,
      profit - margin_error * treated as profit_low,
      profit + margin_error * treated as profit_high
    from compared
  ),
  reasoned as (
    select
      *,
      case
        when not is_over then 'open'
        when is_list then 'list'
        when lift is null then 'no_control'
        when least(treated, control) < 50 then 'too_few'
        when lift + lift_error < 0 then 'harms'
        when profit_high < 0 then 'loses'
        when lift + lift_error < break_even and treated * break_even >= 5 then 'below_break_even'
        when profit_low > 0 then 'earns'
        when lift - lift_error > break_even and profit > 0 then 'above_break_even'
        else 'not_proven'
      end as reason
    from judged
  )
select
  campaign_id,
  offer_id,
  name,
  purpose,
  medium,
  sent_on,
  cast(ends_on as date) as ends_on,
  is_list,
  is_over,
  case when lift is null then 'attributed' else 'incremental' end as basis,
  treated,
  control,
  pieces,
  cost,
  variable_cost,
  margin_per_buyer,
  break_even,
  response_lift,
  response_error,
  lift,
  lift_error,
  spend_lift,
  spend_error,
  margin_lift,
  margin_error,
  after_lift,
  after_error,
  lift * treated as incremental_buyers,
  profit,
  profit_low,
  profit_high,
  ratio(profit, cost) as roi,
  break_even_index(lift, break_even) as index,
  attributed_orders,
  coded_orders,
  attributed_margin,
  attributed_response,
  break_even_index(attributed_response, break_even) as attributed_index,
  case
    when reason in ('open', 'list') then null
    when reason in ('earns', 'above_break_even') then 'roll_out'
    when reason in ('harms', 'below_break_even', 'loses') then 'drop'
    else 'retest'
  end as verdict,
  reason
from reasoned
