/*
description: >
  Whom to ask for a recommendation: customers who are active, answered 9 or 10 within the last 365 days, have not recommended
  anybody yet and have no case open. Consent is not looked at here: a send asks for it.
grain: one row an action and customer
columns:
  action: {type: VARCHAR, description: Action, tests: [not_null, {accepted_values: [ask_promoters]}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
tests:
  - unique: [action, customer_id]
*/
select 'ask_promoters' as action, o.customer_id
from service.opinions as o
join churn.customers as c on c.customer_id = o.customer_id and c.state in ('active', 'at_risk')
anti join loyalty.referrals as r on r.referrer_id = o.customer_id
anti join service.cases as s on s.customer_id = o.customer_id and s.closed_on is null
where o.opinion = 'promoter' and o.answered_on > as_of() - 365
