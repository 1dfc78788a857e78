/*
description: >
  What each campaign to customers cost and brought, as campaigns.results measures it. With a control group: margin a head of who was
  drawn to be sent it less margin a head of who was held back, × treated = incremental margin, with its 95 % interval. Beside it the same
  of margin after less margin of as many days before (before against after with control). Without a control group nothing is called
  incremental: the margin of orders credited to its pieces is attributed. Campaigns whose time is not over are measured to date.
  Campaigns to lists are in lists.results.
grain: one row a campaign with contacts to customers
columns:
  campaign_id: {type: VARCHAR, description: Campaign, tests: [not_null, unique]}
  name: {type: VARCHAR, description: Name}
  purpose: {type: VARCHAR, description: What it was for}
  medium: {type: VARCHAR, description: 'email, sms, mail, phone or programme'}
  started_on: {type: DATE, description: First day, tests: [not_null]}
  ended_on: {type: DATE, description: 'Last day counted, the as-of day at most', tests: [not_null]}
  is_over: {type: BOOLEAN, description: Its time is over, tests: [not_null]}
  treated: {type: BIGINT, description: 'Customers who were to be sent it; pieces where nobody was held back', tests: [not_null]}
  control: {type: BIGINT, description: Customers held back at random, tests: [not_null]}
  cost: {type: 'DECIMAL(18,4)', description: Fixed cost and pieces, tests: [not_null]}
  basis: {type: VARCHAR, description: What the benefit rests on, tests: [not_null, {accepted_values: [incremental, attributed]}]}
  treated_before: {type: DOUBLE, description: Margin a head of the treated in as many days before}
  treated_after: {type: DOUBLE, description: Margin a head of the treated after}
  control_before: {type: DOUBLE, description: The same of the control}
  control_after: {type: DOUBLE, description: The same of the control}
  incremental_margin: {type: DOUBLE, description: (treated_after − control_after) × treated; null without a control}
  incremental_low: {type: DOUBLE, description: Lower end of its 95 % interval}
  incremental_high: {type: DOUBLE, description: Upper end}
  change_margin: {type: DOUBLE, description: 'Change of the treated less change of the control, × treated'}
  change_low: {type: DOUBLE, description: Lower end of its 95 % interval}
  change_high: {type: DOUBLE, description: Upper end}
  attributed_margin: {type: 'DECIMAL(18,4)', description: 'Margin of orders credited to its pieces; never added to the incremental', tests: [not_null]}
  roi: {type: DOUBLE, description: (incremental margin − cost) / cost; null without a control}
tests:
  - expression: (basis = 'incremental') = (incremental_margin is not null)
*/
with
  results as (
    select * from campaigns.results where not is_list
  ),
  measured as (
    select u.campaign_id, u.unit_id, u.cell, u.customer_id, u.contacted_on, u.window_to as until, u.margin as after
    from campaigns.units as u
    join results as r on r.campaign_id = u.campaign_id and r.basis = 'incremental'
  ),
  earned as (
    select m.campaign_id, m.unit_id, sum(p.trading_margin) as before
    from measured as m
    join core.purchases as p
      on p.customer_id = m.customer_id
      and p.purchased_on < m.contacted_on
      and p.purchased_on >= m.contacted_on - cast(m.until - m.contacted_on as integer) - 1
    group by m.campaign_id, m.unit_id
  ),
  heads as (
    select m.campaign_id, m.cell, cast(m.after as decimal(18, 2)) as after, cast(coalesce(e.before, 0) as decimal(18, 2)) as before
    from measured as m
    left join earned as e on e.campaign_id = m.campaign_id and e.unit_id = m.unit_id
  ),
  cells as (
    select
      campaign_id, cell,
      count(*) as n,
      cast(sum(after) as double) / count(*) as after,
      cast(sum(before) as double) / count(*) as before,
      cast(sum(cast(after - before as decimal(18, 2)) * cast(after - before as decimal(18, 2))) as double) / count(*) as change_square
    from heads
    group by campaign_id, cell
  ),
  changes as (
    select
      t.campaign_id, t.before as treated_before, t.after as treated_after, k.before as control_before, k.after as control_after,
      (t.after - t.before - k.after + k.before) * t.n as change_margin,
      1.96 * t.n * sqrt(
        greatest(0, t.change_square - (t.after - t.before) ** 2) / t.n + greatest(0, k.change_square - (k.after - k.before) ** 2) / k.n
      ) as change_error
    from cells as t
    join cells as k on k.campaign_id = t.campaign_id and k.cell = 'control'
    where t.cell = 'treatment'
  )
select
  r.campaign_id,
  r.name,
  r.purpose,
  r.medium,
  coalesce(m.started_on, r.sent_on) as started_on,
  least(r.ends_on, as_of()) as ended_on,
  r.is_over,
  case when r.basis = 'incremental' then r.treated else r.pieces end as treated,
  r.control,
  r.cost,
  r.basis,
  c.treated_before,
  c.treated_after,
  c.control_before,
  c.control_after,
  r.profit + cast(r.cost as double) as incremental_margin,
  r.profit_low + cast(r.cost as double) as incremental_low,
  r.profit_high + cast(r.cost as double) as incremental_high,
  c.change_margin,
  c.change_margin - c.change_error as change_low,
  c.change_margin + c.change_error as change_high,
  r.attributed_margin,
  r.roi
from results as r
left join staging.campaigns as m on m.campaign_id = r.campaign_id
left join changes as c on c.campaign_id = r.campaign_id
order by started_on, r.campaign_id
