/*
description: >
  What there is to do, from all parts of the pack: an action with its owner, whom it reaches and the size of its prize. The
  audience behind each is a table that can be counted. Prizes are a year's, in reporting currency. That of winning
  back is the margin that these customers brought a year in the RFM window, that of growing a year's part of the distance to their
  peers: of both only a part will come. Prizes of different actions may be of the same customers: they are
  not to be added up.
grain: one row a report and action
columns:
  report: {type: VARCHAR, description: Report that explains it, tests: [not_null]}
  action: {type: VARCHAR, description: Code; the management summary has a sentence for each, tests: [not_null, {accepted_values: [ask_promoters, below_zero, bundle, call_detractors, coach, drop, grow, hold_out, invite_elsewhere, keep_top, life_events, mend_channel, mend_handling, mend_returns, open, promote, raise_floor, reprice, rest, save_complainers, second_order, send_next, win_back]}]}
  owner: {type: VARCHAR, description: Code of who decides, tests: [not_null]}
  customers: {type: BIGINT, description: Customers it reaches; null where it is not about customers}
  prize: {type: 'DECIMAL(18,4)', description: What it is worth; null where nothing tells}
  audience: {type: VARCHAR, description: Table that holds whom or what it reaches}
tests:
  - unique: [report, action]
  - expression: coalesce(customers, 1) > 0
*/
with
  own as (
    select 'rfm' as report, 'win_back' as action, 'customer_care' as owner, sum(customers) as customers,
      sum(margin) * 365 / cast(param('rfm_window_days') as integer) as prize, 'rfm.customers' as audience
    from rfm.segments
    where kind = 'all' and segment in ('At Risk', 'Cannot Lose Them')
    union all
    select 'lifetime-value', 'grow', 'sales', count(*), sum(growth_gap) * 12 / (select horizon_months from ltv.totals where kind = 'all'), 'ltv.customers'
    from ltv.customers
    where tier = 'MGC'
    union all
    select 'lifetime-value', 'below_zero', 'operations', count(*), -sum(predicted_value) * 12 / (select horizon_months from ltv.totals where kind = 'all'), 'ltv.customers'
    from ltv.customers
    where tier = 'BZ' and predicted_value < 0
    having -sum(predicted_value) > (select 0.001 * predicted_value from ltv.totals where kind = 'all')
  ),
  openings as (
    select 'customer-base' as report, 'open' as action, any_value(owner) as owner,
      (select count(distinct customer_id) from openings.audiences) as customers, sum(prize) as prize, 'openings.audiences' as audience
    from openings.actions
    having count(*) > 0
  ),
  life_events as (
    select 'customer-base' as report, 'life_events' as action, any_value(owner) as owner,
      (select count(distinct customer_id) from triggers.audiences) as customers, sum(prize) as prize, 'triggers.audiences' as audience
    from triggers.actions
    having count(*) > 0
  ),
  -- What finance says of single sends, campaigns says of the offers that they belong to.
  found as (
    select * from own
    union all select * from openings
    union all select * from life_events
    union all select report, action, owner, customers, prize, audience from base.actions
    union all select report, action, owner, customers, prize, audience from cohorts.actions
    union all select report, action, owner, customers, prize, audience from campaigns.actions
    union all select report, action, owner, customers, prize, audience from products.actions
    union all select report, action, owner, customers, prize, audience from channels.actions
    union all select report, action, owner, customers, prize, audience from service.actions
    union all select report, action, owner, customers, prize, audience from loyalty.actions
  )
select report, action, owner, cast(customers as bigint) as customers, cast(prize as decimal(18, 4)) as prize, audience
from found
where coalesce(customers, 1) > 0
