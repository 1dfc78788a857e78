/*
description: >
  What serving and contacting cost, by customer and day. Cases are service; contacts to records of the house are contact;
  contacts to names that are not ours are prospect_contact and no customer's cost.
grain: one row a customer, day and kind of cost, up to the as-of day
columns:
  customer_id: {type: VARCHAR, description: Customer; null when the record names none}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null, {accepted_values: [person, organisation, unknown]}]}
  market: {type: VARCHAR, description: Market of the customer; unknown without one, tests: [not_null]}
  booked_on: {type: DATE, description: Day, tests: [not_null]}
  cost_kind: {type: VARCHAR, description: What it was for, tests: [not_null, {accepted_values: [service, contact, prospect_contact]}]}
  events: {type: BIGINT, description: Cases or contacts, tests: [{range: {min: 1}}]}
  amount: {type: 'DECIMAL(18,4)', description: Cost in reporting currency, tests: [not_null]}
tests:
  - unique: [customer_id, booked_on, cost_kind, kind, market]
*/
with
  cases as (
    select
      customer_kind as record_kind,
      case customer_kind when 'person' then person_id when 'organisation' then organisation_id end as record_id,
      cast(opened_at as date) as booked_on,
      'service' as cost_kind,
      cost
    from staging.cases
  ),
  contacts as (
    select
      case when person_id is not null then 'person' when organisation_id is not null then 'organisation' end as record_kind,
      coalesce(person_id, organisation_id) as record_id,
      contacted_on as booked_on,
      case when person_id is null and organisation_id is null then 'prospect_contact' else 'contact' end as cost_kind,
      cost
    from staging.contacts
  ),
  events as (
    select * from cases
    union all
    select * from contacts
  )
select
  k.customer_id,
  coalesce(c.kind, 'unknown') as kind,
  coalesce(c.country, 'unknown') as market,
  e.booked_on,
  e.cost_kind,
  count(*) as events,
  money(sum(e.cost)) as amount
from events as e
left join identity.clusters as k on k.record_kind = e.record_kind and k.record_id = e.record_id
left join identity.customers as c on c.customer_id = k.customer_id
where e.booked_on <= as_of() and e.cost is not null and e.cost <> 0
group by all
