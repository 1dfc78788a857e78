/*
description: >
  The contractual formula beside the predicted value, for accounts whose end is observed: the value of one that pays the yearly
  margin of its class and stays with the yearly retention, without end, m (1 + d) / (1 + d − r) with the first payment and
  m r / (1 + d − r) after it. Retention is of the accounts that had bought and had not ended 365 days ago. No value where fewer than 20 were.
grain: one row a class of organisations
columns:
  customer_class: {type: VARCHAR, description: 'wholesale, group or franchise', tests: [not_null, unique]}
  at_risk: {type: BIGINT, description: Accounts open 365 days ago, tests: [not_null]}
  ended: {type: BIGINT, description: Those of them that ended since, tests: [not_null]}
  retention: {type: DOUBLE, description: '1 − ended / at_risk; null below 20 accounts', tests: [{range: {min: 0, max: 1}}]}
  margin_year: {type: 'DECIMAL(18,4)', description: Contribution of the last 365 days of an account at risk}
  discount_rate: {type: DOUBLE, description: Yearly rate, tests: [not_null]}
  value_with_first: {type: 'DECIMAL(18,4)', description: Value of an account with the first payment today}
  value_ahead: {type: 'DECIMAL(18,4)', description: Value of an account after the first payment}
*/
with
  accounts as (
    select
      customer_id,
      customer_class,
      coalesce(left_on > as_of() - 365, false) as has_ended
    from core.customers
    where kind = 'organisation' and first_purchase_on <= as_of() - 365 and (left_on is null or left_on > as_of() - 365)
  ),
  earned as (
    select customer_id, trading_margin as amount
    from core.purchases
    where kind = 'organisation' and purchased_on > as_of() - 365
    union all
    select customer_id, -amount
    from core.customer_costs
    where kind = 'organisation' and customer_id is not null and booked_on > as_of() - 365
  ),
  sums as (
    select customer_id, sum(amount) as amount
    from earned
    group by customer_id
  ),
  classes as (
    select
      a.customer_class,
      count(*) as at_risk,
      count(*) filter (where a.has_ended) as ended,
      case when count(*) >= 20 then 1 - ratio(count(*) filter (where a.has_ended), count(*)) end as retention,
      money(ratio(sum(coalesce(s.amount, 0)), count(*))) as margin_year
    from accounts as a
    left join sums as s on s.customer_id = a.customer_id
    group by a.customer_class
  )
select
  customer_class,
  at_risk,
  ended,
  retention,
  margin_year,
  param('discount_rate') as discount_rate,
  money(contract_value(margin_year, retention, param('discount_rate'))) as value_with_first,
  money(contract_value_ahead(margin_year, retention, param('discount_rate'))) as value_ahead
from classes
order by customer_class
