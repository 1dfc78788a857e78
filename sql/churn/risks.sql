/*
description: >
  The views of leaving side by side, for each buyer: the state by rule, P(alive) of the purchase model, and the learnt risk of not
  buying in the next horizon_days (churn.risk_choice), with what raises it most against the average buyer. Reasons go with
  the risk; they need not be its cause. Who has left has no risk.
grain: one row a customer who has bought
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  state: {type: VARCHAR, description: 'By rule: active, at_risk, lapsed or left', tests: [not_null]}
  p_alive: {type: 'DECIMAL(10,9)', description: 'Probability of still being a customer; see churn.customers'}
  risk: {type: 'DECIMAL(10,9)', description: Chance of not buying in the next horizon_days; null for who has left and without a model, tests: [{range: {min: 0, max: 1}}]}
  reason_1: {type: VARCHAR, description: Feature of churn.features that raises the risk most; null where none does}
  reason_2: {type: VARCHAR, description: The second}
  reason_3: {type: VARCHAR, description: The third}
  holding: {type: VARCHAR, description: Feature that lowers it most; null where none does}
  value: {type: 'DECIMAL(18,4)', description: 'Predicted value; contribution to date where none is predicted', tests: [not_null]}
  action: {type: VARCHAR, description: 'dissolve: has left, or no value to be lost; win_back: lapsed by rule; save: likelier than not to stay away, or at risk by rule where no risk is learnt; keep: the others', tests: [not_null, {accepted_values: [keep, save, win_back, dissolve]}]}
*/
with
  scored as (
    select e.customer_id, s.risk, s.reason_1, s.reason_2, s.reason_3, s.holding
    from churn.examples as e
    join churn.risk_scores as s on s.basis = 'full' and s.pattern = e.pattern
    where e.stretch = 0
  ),
  viewed as (
    select
      c.customer_id,
      c.kind,
      c.market,
      c.state,
      c.p_alive,
      case when not c.has_left then s.risk end as risk,
      case when not c.has_left then s.reason_1 end as reason_1,
      case when not c.has_left then s.reason_2 end as reason_2,
      case when not c.has_left then s.reason_3 end as reason_3,
      case when not c.has_left then s.holding end as holding,
      coalesce(v.predicted_value, v.contribution) as value
    from churn.customers as c
    join ltv.customers as v on v.customer_id = c.customer_id
    left join scored as s on s.customer_id = c.customer_id
  )
select
  *,
  case
    when state = 'left' or value <= 0 then 'dissolve'
    when state = 'lapsed' then 'win_back'
    when coalesce(risk > 0.5, state = 'at_risk') then 'save'
    else 'keep'
  end as action
from viewed
