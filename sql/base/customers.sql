/*
description: >
  Every customer in exactly one stage of the life cycle, at the as-of day and 365 days before it. The first of these that holds:
  dissolved (left, closed or erased; or prospect or lapsed and on the suppression file), prospect (no purchase), lapsed (the spell
  is over), new (first purchase within new_customer_days), recovered (came back after a lapse within new_customer_days), at_risk
  (silent for longer than at_risk_days of their kind), maintained (regular: a fourth purchase or later, none of the last three gaps
  longer than at_risk_days), developing (all others). Whoever is neither dissolved, prospect nor lapsed is active: they are the
  closing of churn.movement. The thresholds of the as-of day count for both snapshots. There is no earlier snapshot where the books do
  not hold the year before it whole.
grain: one row a snapshot and customer on record by then
columns:
  snapshot: {type: VARCHAR, description: 'this or year_before', tests: [not_null, {accepted_values: [this, year_before]}]}
  scored_on: {type: DATE, description: Day of the snapshot, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  channel_kind: {type: VARCHAR, description: 'Kind of channel of the first order; none for who has not bought', tests: [not_null]}
  stage: {type: VARCHAR, description: Stage of the life cycle, tests: [not_null, {accepted_values: [prospect, new, developing, maintained, at_risk, lapsed, recovered, dissolved]}]}
  is_active: {type: BOOLEAN, description: 'New, recovered, at risk, maintained or developing', tests: [not_null]}
  tenure: {type: VARCHAR, description: Time since the first purchase; null without one, tests: [{accepted_values: [months_3, year_1, years_2, years_3, longer]}]}
  purchases: {type: BIGINT, description: Purchase days up to the snapshot, tests: [not_null]}
  first_on: {type: DATE, description: First purchase}
  last_on: {type: DATE, description: Last purchase up to the snapshot}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales of the 365 days up to the snapshot, tests: [not_null]}
  contribution: {type: 'DECIMAL(18,4)', description: Contribution of the same days, tests: [not_null]}
tests:
  - unique: [snapshot, customer_id]
  - expression: is_active = (stage not in ('prospect', 'lapsed', 'dissolved'))
*/
with
  snapshots as (
    select 'this' as snapshot, as_of() as scored_on
    union all
    select 'year_before', as_of() - 365
    where (select min(booked_on) from core.documents) <= as_of() - 729
  ),
  purchases as (
    select
      customer_id, purchased_on, purchase_number,
      greatest(gap_days, lag(gap_days) over past, lag(gap_days, 2) over past) as longest_gap
    from core.purchases
    window past as (partition by customer_id order by purchased_on)
  ),
  -- The latest purchase up to each snapshot, with its number and the longest of the three gaps before it.
  latest as (
    select
      s.snapshot,
      p.customer_id,
      max(p.purchase_number) as purchases,
      min(p.purchased_on) as first_on,
      max(p.purchased_on) as last_on,
      arg_max(p.longest_gap, p.purchased_on) as longest_gap
    from snapshots as s
    join purchases as p on p.purchased_on <= s.scored_on
    group by s.snapshot, p.customer_id
  ),
  spells as (
    select s.snapshot, p.customer_id, p.spell, p.started_on, p.ended_on is null or p.ended_on >= s.scored_on as is_running
    from snapshots as s
    join churn.spells as p on p.started_on <= s.scored_on
    qualify row_number() over (partition by s.snapshot, p.customer_id order by p.spell desc) = 1
  ),
  refusals as (
    select customer_id, min(coalesce(recorded_on, date '1900-01-01')) as refused_on
    from consent.suppressed
    group by customer_id
  ),
  booked as (
    select customer_id, booked_on, net_sales, net_sales - cost_of_goods as contribution
    from core.lines
    where customer_id is not null and booked_on > as_of() - 730
    union all
    select customer_id, booked_on, 0, shipping - fulfilment
    from core.documents
    where customer_id is not null and booked_on > as_of() - 730
    union all
    select customer_id, booked_on, 0, -amount
    from core.customer_costs
    where customer_id is not null and booked_on > as_of() - 730
  ),
  years as (
    select
      case when booked_on > as_of() - 365 then 'this' else 'year_before' end as snapshot,
      customer_id,
      sum(net_sales) as net_sales,
      sum(contribution) as contribution
    from booked
    group by all
  ),
  standing as (
    select
      s.snapshot, s.scored_on, c.customer_id, c.kind, c.market,
      case when l.customer_id is null then 'none' else coalesce(c.first_channel_kind, 'unknown') end as channel_kind,
      coalesce(c.left_on < s.scored_on, false) as has_left,
      coalesce(r.refused_on <= s.scored_on, false) as has_refused,
      coalesce(l.purchases, 0) as purchases,
      l.first_on,
      l.last_on,
      coalesce(p.is_running, false) as is_running,
      l.first_on >= s.scored_on - cast(param('new_customer_days') as integer) as is_new,
      p.spell > 1 and p.started_on >= s.scored_on - cast(param('new_customer_days') as integer) as is_back,
      date_diff('day', l.last_on, s.scored_on) > t.at_risk_days as is_late,
      l.purchases >= 4 and l.longest_gap <= t.at_risk_days as is_regular
    from snapshots as s
    join core.customers as c on coalesce(c.recorded_on <= s.scored_on, true) or c.first_purchase_on <= s.scored_on
    left join latest as l on l.snapshot = s.snapshot and l.customer_id = c.customer_id
    left join spells as p on p.snapshot = s.snapshot and p.customer_id = c.customer_id
    left join churn.thresholds as t on t.kind = c.kind
    left join refusals as r on r.customer_id = c.customer_id
  ),
  staged as (
    select
      *,
      case
        when has_left or (has_refused and not is_running) then 'dissolved'
        when purchases = 0 then 'prospect'
        when not is_running then 'lapsed'
        when is_new then 'new'
        when is_back then 'recovered'
        when is_late then 'at_risk'
        when is_regular then 'maintained'
        else 'developing'
      end as stage
    from standing
  )
select
  g.snapshot,
  g.scored_on,
  g.customer_id,
  g.kind,
  g.market,
  g.channel_kind,
  g.stage,
  g.stage not in ('prospect', 'lapsed', 'dissolved') as is_active,
  case
    when g.first_on >= g.scored_on - 90 then 'months_3'
    when g.first_on > g.scored_on - 365 then 'year_1'
    when g.first_on > g.scored_on - 730 then 'years_2'
    when g.first_on > g.scored_on - 1095 then 'years_3'
    when g.first_on is not null then 'longer'
  end as tenure,
  g.purchases,
  g.first_on,
  g.last_on,
  money(coalesce(y.net_sales, 0)) as net_sales,
  money(coalesce(y.contribution, 0)) as contribution
from staged as g
left join years as y on y.snapshot = g.snapshot and y.customer_id = g.customer_id
