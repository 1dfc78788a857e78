/*
description: >
  What each campaign to customers cost and brought. With a control group: by intention to treat, margin a head of who was to be sent
  it less margin a head of who was held back, from the contact to the end of the campaign (response_days where it tells none),
  × treated = incremental margin, with its 95 % interval. Beside it the same of margin after less margin of as many days before
  (before against after with control). Without a control group nothing is called incremental: the margin of orders that name the
  campaign is attributed. Campaigns whose time is not over are measured to date. Campaigns to lists are in lists.results.
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
  attributed_margin: {type: 'DECIMAL(18,4)', description: 'Margin of orders that name the campaign; never added to the incremental', tests: [not_null]}
  roi: {type: DOUBLE, description: (incremental margin − cost) / cost; null without a control}
tests:
  - expression: (basis = 'incremental') = (incremental_margin is not null)
*/
with
  pieces as (
    select campaign_id, person_id, organisation_id, cell, contacted_on, cost
    from staging.contacts
    where contacted_on <= as_of() and list_id is null and coalesce(person_id, organisation_id) is not null
  ),
  sums as (
    select
      campaign_id,
      count(*) filter (where cell is distinct from 'control') as pieces,
      count(*) filter (where cell = 'control') > 0 as has_control,
      min(contacted_on) as first_on,
      max(contacted_on) as last_on,
      sum(cost) as cost
    from pieces
    group by campaign_id
  ),
  contacts as (
    select
      c.campaign_id, k.customer_id,
      -- Of two records that are one customer, the one that was sent something decides.
      min(case c.cell when 'control' then 1 else 0 end) = 1 as is_control,
      min(c.contacted_on) as contacted_on
    from pieces as c
    join sums as s on s.campaign_id = c.campaign_id and s.has_control
    join identity.clusters as k
      on k.record_kind = case when c.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(c.person_id, c.organisation_id)
    group by c.campaign_id, k.customer_id
  ),
  heads_sent as (
    select
      campaign_id,
      count(*) filter (where not is_control) as treated,
      count(*) filter (where is_control) as control
    from contacts
    group by campaign_id
  ),
  sent as (
    select s.campaign_id, coalesce(h.treated, s.pieces) as treated, coalesce(h.control, 0) as control, s.first_on, s.last_on, s.cost
    from sums as s
    left join heads_sent as h on h.campaign_id = s.campaign_id
  ),
  campaigns as (
    select
      s.*, m.name, m.purpose, m.medium, coalesce(m.started_on, s.first_on) as started_on,
      coalesce(m.ended_on, s.last_on + cast(param('response_days') as integer)) as ends_on,
      coalesce(m.fixed_cost, 0) as fixed_cost
    from sent as s
    left join staging.campaigns as m on m.campaign_id = s.campaign_id
  ),
  watched as (
    select
      c.campaign_id, c.customer_id, c.is_control, c.contacted_on,
      greatest(c.contacted_on, least(m.ends_on, as_of())) as until
    from contacts as c
    join campaigns as m on m.campaign_id = c.campaign_id
    where m.control > 0
  ),
  earned as (
    select
      w.campaign_id, w.customer_id,
      sum(o.trading_margin) filter (where o.ordered_on >= w.contacted_on) as after,
      sum(o.trading_margin) filter (where o.ordered_on < w.contacted_on) as before
    from watched as w
    join core.orders as o
      on o.customer_id = w.customer_id
      and o.ordered_on <= w.until and o.ordered_on >= w.contacted_on - cast(w.until - w.contacted_on as integer) - 1
    group by w.campaign_id, w.customer_id
  ),
  heads as (
    select
      w.campaign_id, w.is_control,
      cast(coalesce(e.after, 0) as decimal(18, 2)) as after,
      cast(coalesce(e.before, 0) as decimal(18, 2)) as before
    from watched as w
    left join earned as e on e.campaign_id = w.campaign_id and e.customer_id = w.customer_id
  ),
  cells as (
    select
      campaign_id, is_control,
      count(*) as n,
      cast(sum(after) as double) / count(*) as after,
      cast(sum(before) as double) / count(*) as before,
      cast(sum(cast(after as decimal(18, 2)) * after) as double) / count(*) as after_square,
      cast(sum(cast(after - before as decimal(18, 2)) * cast(after - before as decimal(18, 2))) as double) / count(*) as change_square
    from heads
    group by campaign_id, is_control
  ),
  lifts as (
    select
      t.campaign_id, t.before as treated_before, t.after as treated_after, k.before as control_before, k.after as control_after,
      (t.after - k.after) * t.n as incremental_margin,
      1.96 * t.n * sqrt(greatest(0, t.after_square - t.after ** 2) / t.n + greatest(0, k.after_square - k.after ** 2) / k.n) as incremental_error,
      (t.after - t.before - k.after + k.before) * t.n as change_margin,
      1.96 * t.n * sqrt(
        greatest(0, t.change_square - (t.after - t.before) ** 2) / t.n + greatest(0, k.change_square - (k.after - k.before) ** 2) / k.n
      ) as change_error
    from cells as t
    join cells as k on k.campaign_id = t.campaign_id and k.is_control
    where not t.is_control
  ),
  named as (
    select campaign_id, sum(trading_margin) as margin
    from core.orders
    where campaign_id is not null
    group by campaign_id
  )
select
  c.campaign_id,
  c.name,
  c.purpose,
  c.medium,
  c.started_on,
  least(c.ends_on, as_of()) as ended_on,
  c.ends_on <= as_of() as is_over,
  c.treated,
  c.control,
  money(c.fixed_cost + coalesce(c.cost, 0)) as cost,
  case when l.campaign_id is null then 'attributed' else 'incremental' end as basis,
  l.treated_before,
  l.treated_after,
  l.control_before,
  l.control_after,
  l.incremental_margin,
  l.incremental_margin - l.incremental_error as incremental_low,
  l.incremental_margin + l.incremental_error as incremental_high,
  l.change_margin,
  l.change_margin - l.change_error as change_low,
  l.change_margin + l.change_error as change_high,
  money(coalesce(n.margin, 0)) as attributed_margin,
  (l.incremental_margin - (c.fixed_cost + coalesce(c.cost, 0))) / nullif(cast(c.fixed_cost + coalesce(c.cost, 0) as double), 0) as roi
from campaigns as c
left join lifts as l on l.campaign_id = c.campaign_id
left join named as n on n.campaign_id = c.campaign_id
order by c.started_on, c.campaign_id
