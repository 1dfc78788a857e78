/*
description: 'The customers behind each action of the customer base. keep_top: of the best tenth of buyers of the year, those at risk.'
grain: one row an action and customer
columns:
  action: {type: VARCHAR, description: Action, tests: [not_null, {accepted_values: [keep_top]}]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  contribution: {type: 'DECIMAL(18,4)', description: Their contribution of the last 365 days, tests: [not_null]}
  at_stake: {type: 'DECIMAL(18,4)', description: 'Contribution × risk of no purchase in the coming half year; all of it where no risk is learnt', tests: [not_null]}
tests:
  - unique: [action, customer_id]
*/
with
  edge as (
    select quantile_disc(contribution, 0.9) as top_from
    from base.customers
    where snapshot = 'this' and last_on > scored_on - 365
  )
select
  'keep_top' as action,
  c.customer_id,
  c.contribution,
  times(c.contribution, coalesce(r.risk, 1)) as at_stake
from base.customers as c
cross join edge as e
left join churn.risks as r on r.customer_id = c.customer_id
where c.snapshot = 'this' and c.stage = 'at_risk' and c.contribution > 0 and c.contribution >= e.top_from
