/*
description: >
  Whatever has an end that is observed: subscriptions, and accounts of organisations from the day they came on record to the
  day they left or were closed. One that runs is watched up to the as-of day, and no further is known of it.
grain: one row a subscription or account that had begun by the as-of day
columns:
  contract_id: {type: VARCHAR, description: Number of the subscription or customer of the account, tests: [not_null]}
  contract_kind: {type: VARCHAR, description: subscription or account, tests: [not_null, {accepted_values: [subscription, account]}]}
  plan: {type: VARCHAR, description: Plan of the subscription or class of the account, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer}
  started_on: {type: DATE, description: First day, tests: [not_null]}
  ended_on: {type: DATE, description: Last day; null while it runs}
  days: {type: BIGINT, description: Days watched, tests: [not_null, {range: {min: 0}}]}
  has_ended: {type: BOOLEAN, description: The end was observed, tests: [not_null]}
tests:
  - unique: [contract_kind, contract_id]
*/
with
  agreed as (
    select
      s.subscription_id as contract_id,
      'subscription' as contract_kind,
      coalesce(s.plan, 'unknown') as plan,
      k.customer_id,
      s.started_on,
      case when s.ended_on <= as_of() then s.ended_on end as ended_on
    from staging.subscriptions as s
    left join identity.clusters as k
      on k.record_kind = case when s.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(s.person_id, s.organisation_id)
    where s.started_on <= as_of()
    union all
    select customer_id, 'account', customer_class, customer_id, started_on, left_on
    from (
      select customer_id, customer_class, least(recorded_on, first_purchase_on) as started_on, left_on
      from core.customers
      where kind = 'organisation'
    )
    where started_on <= as_of()
  )
select
  contract_id,
  contract_kind,
  plan,
  customer_id,
  started_on,
  ended_on,
  date_diff('day', started_on, coalesce(ended_on, as_of())) as days,
  ended_on is not null as has_ended
from agreed
where ended_on is null or ended_on >= started_on
