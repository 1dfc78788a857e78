/*
description: >
  Purchase days counted and the mean gross sales of one, with the customers who share them: what the spend model is fitted on.
  Means are kept to three significant digits, which keeps the table small and the estimates as they are.
  All purchases count, the first one too. Gross sales, because the model needs values above zero; returns are in the margin rate.
grain: one row a kind of customer, number of purchases and mean value
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  purchases: {type: BIGINT, description: Purchase days, tests: [not_null, {range: {min: 1}}]}
  mean_purchase: {type: DOUBLE, description: 'Mean gross sales of a purchase day, three significant digits', tests: [not_null]}
  customers: {type: BIGINT, description: Customers, tests: [not_null, {range: {min: 1}}]}
tests:
  - unique: [kind, purchases, mean_purchase]
*/
with
  means as (
    select kind, customer_id, count(*) as purchases, ratio(sum(gross_sales), count(*)) as mean_purchase
    from core.purchases
    group by kind, customer_id
  ),
  rounded as (
    select kind, purchases, round(mean_purchase, 2 - cast(floor(log10(mean_purchase)) as integer)) as mean_purchase
    from means
  )
select kind, purchases, mean_purchase, count(*) as customers
from rounded
group by kind, purchases, mean_purchase
order by kind, purchases, mean_purchase
