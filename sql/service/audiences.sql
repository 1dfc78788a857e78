/*
description: >
  Whom the service should call. save_complainers: a complaint of the last 365 days that was late or judged badly handled, or is open and late; no purchase since
  it was opened, and not left. call_detractors: answered 0 to 6 within the last 365 days, still with us, and not called for a complaint already.
  Consent is not looked at here: a call about a complaint is service, any other asks for it.
grain: one row an action and customer
columns:
  action: {type: VARCHAR, description: Action, tests: [not_null, {accepted_values: [save_complainers, call_detractors]}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  year_margin: {type: 'DECIMAL(18,4)', description: Trading margin of their orders in the last 365 days, tests: [not_null]}
tests:
  - unique: [action, customer_id]
*/
with
  complainers as (
    select distinct c.customer_id
    from service.cases as c
    join core.customers as k on k.customer_id = c.customer_id and k.left_on is null
    where c.case_kind = 'complaint' and c.opened_on > as_of() - 365 and (c.is_late or c.handled_well = false)
      and coalesce(k.last_purchase_on, date '1900-01-01') < c.opened_on
  ),
  detractors as (
    select o.customer_id
    from service.opinions as o
    join churn.customers as c on c.customer_id = o.customer_id and c.state in ('active', 'at_risk')
    anti join complainers as s on s.customer_id = o.customer_id
    where o.opinion = 'detractor' and o.answered_on > as_of() - 365
  ),
  called as (
    select 'save_complainers' as action, customer_id from complainers
    union all
    select 'call_detractors', customer_id from detractors
  )
select c.action, c.customer_id, money(coalesce(sum(o.trading_margin), 0)) as year_margin
from called as c
left join core.orders as o on o.customer_id = c.customer_id and o.ordered_on > as_of() - 365
group by c.action, c.customer_id
