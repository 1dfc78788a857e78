/*
description: >
  Strangers on a list who became customers of ours, with where they come from. From then on their own record is what
  counts; what the list said of them goes with the list.
grain: one row a customer won from a list
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [unique, not_null]}
  list_id: {type: VARCHAR, description: List the customer was on, tests: [not_null]}
  list_name_id: {type: VARCHAR, description: Name on it}
  campaign_id: {type: VARCHAR, description: Campaign that reached the name}
  cell: {type: VARCHAR, description: 'treatment, or control: came without a piece', tests: [not_null]}
  level: {type: VARCHAR, description: How the first order was matched, tests: [not_null]}
  became_on: {type: DATE, description: Day of the first order, tests: [not_null]}
  value: {type: 'DECIMAL(18,4)', description: 'Contribution to date and, where there is a forecast, predicted'}
*/
select
  m.customer_id,
  m.list_id,
  m.list_name_id,
  m.campaign_id,
  m.cell,
  m.level,
  m.ordered_on as became_on,
  coalesce(v.total_value, v.contribution) as value
from lists.matchback as m
left join ltv.customers as v on v.customer_id = m.customer_id
where m.is_new_customer
qualify row_number() over (partition by m.customer_id order by m.ordered_on, m.order_id) = 1
