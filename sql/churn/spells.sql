/*
description: >
  The unbroken times a customer was active: from a purchase to lapse_days after the last one that followed in time, or to the day
  the customer left. The first spell begins with the first purchase ever; a later one is a reactivation.
grain: one row a customer and spell
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  spell: {type: BIGINT, description: 1 the first, tests: [not_null, {range: {min: 1}}]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  started_on: {type: DATE, description: First purchase of the spell, tests: [not_null]}
  last_purchase_on: {type: DATE, description: Last purchase of the spell, tests: [not_null]}
  ended_on: {type: DATE, description: Last active day; null while active at the as-of day}
  start_kind: {type: VARCHAR, description: How it began, tests: [not_null, {accepted_values: [new, reactivated]}]}
  end_kind: {type: VARCHAR, description: How it ended; null while active, tests: [{accepted_values: [lapsed, left]}]}
tests:
  - unique: [customer_id, spell]
  - expression: ended_on is null or ended_on >= last_purchase_on
*/
with
  numbered as (
    select
      p.customer_id,
      p.kind,
      p.purchased_on,
      t.lapse_days,
      sum(case when p.gap_days is null or p.gap_days > t.lapse_days then 1 else 0 end)
        over (partition by p.customer_id order by p.purchased_on) as spell
    from core.purchases as p
    join churn.thresholds as t on t.kind = p.kind
  ),
  spells as (
    select
      customer_id,
      kind,
      spell,
      min(purchased_on) as started_on,
      max(purchased_on) as last_purchase_on,
      max(purchased_on) + cast(max(lapse_days) as integer) as lapses_on
    from numbered
    group by customer_id, kind, spell
  ),
  ends as (
    select
      s.*,
      c.market,
      case
        when c.left_on >= s.last_purchase_on and (s.lapses_on is null or c.left_on <= s.lapses_on) then c.left_on
      end as left_on
    from spells as s
    join core.customers as c on c.customer_id = s.customer_id
  )
select
  customer_id,
  cast(spell as bigint) as spell,
  kind,
  market,
  started_on,
  last_purchase_on,
  case when left_on < as_of() then left_on when lapses_on < as_of() then lapses_on end as ended_on,
  case when spell = 1 then 'new' else 'reactivated' end as start_kind,
  case when left_on < as_of() then 'left' when lapses_on < as_of() then 'lapsed' end as end_kind
from ends
