/*
description: >
  What became of each buyer after the first purchase: the second purchase, and the contribution of the first 90, 180 and 365 days
  (the first day is day 0, and what was booked before it counts there). A figure of days that are not over is null.
grain: one row a customer who has bought
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  channel_kind: {type: VARCHAR, description: Kind of channel of the first order, tests: [not_null]}
  cohort: {type: DATE, description: Month of the first purchase, tests: [not_null]}
  first_on: {type: DATE, description: First purchase, tests: [not_null]}
  second_on: {type: DATE, description: Second purchase day; null without one}
  days_to_second: {type: BIGINT, description: Days between them, tests: [{range: {min: 1}}]}
  watched_days: {type: BIGINT, description: Days from the first purchase to the as-of day, tests: [not_null, {range: {min: 0}}]}
  contribution_90: {type: 'DECIMAL(18,4)', description: Contribution of the first 90 days}
  contribution_180: {type: 'DECIMAL(18,4)', description: Contribution of the first 180 days}
  contribution_365: {type: 'DECIMAL(18,4)', description: Contribution of the first 365 days}
*/
with
  buyers as (
    select customer_id, kind, market, first_channel_kind as channel_kind, first_purchase_on as first_on, tenure_days as watched_days
    from core.customers
    where purchases > 0
  ),
  booked as (
    select customer_id, booked_on, net_sales - cost_of_goods as contribution
    from core.lines
    where customer_id is not null
    union all
    select customer_id, booked_on, shipping - fulfilment
    from core.documents
    where customer_id is not null
    union all
    select customer_id, booked_on, -amount
    from core.customer_costs
    where customer_id is not null
  ),
  earned as (
    select
      b.customer_id,
      sum(k.contribution) filter (where k.booked_on <= b.first_on + 90) as days_90,
      sum(k.contribution) filter (where k.booked_on <= b.first_on + 180) as days_180,
      sum(k.contribution) as days_365
    from buyers as b
    join booked as k on k.customer_id = b.customer_id and k.booked_on <= b.first_on + 365
    group by b.customer_id
  ),
  seconds as (
    select customer_id, purchased_on as second_on, gap_days as days_to_second
    from core.purchases
    where purchase_number = 2
  )
select
  b.customer_id,
  b.kind,
  b.market,
  coalesce(b.channel_kind, 'unknown') as channel_kind,
  month_of(b.first_on) as cohort,
  b.first_on,
  s.second_on,
  s.days_to_second,
  b.watched_days,
  money(case when b.watched_days >= 90 then coalesce(e.days_90, 0) end) as contribution_90,
  money(case when b.watched_days >= 180 then coalesce(e.days_180, 0) end) as contribution_180,
  money(case when b.watched_days >= 365 then coalesce(e.days_365, 0) end) as contribution_365
from buyers as b
left join earned as e on e.customer_id = b.customer_id
left join seconds as s on s.customer_id = b.customer_id
