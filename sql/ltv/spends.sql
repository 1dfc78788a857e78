/*
description: >
  Purchase days counted and the mean gross sales of one, as they stand and as they stood a year ago, with the customers who share them: what the spend model is fitted on.
  Means are kept to three significant digits, which keeps the table small and the estimates as they are.
  All purchases count, the first one too. Gross sales, because the model needs values above zero; returns are in the margin rate.
grain: one row a basis, kind of customer, number of purchases and mean value
columns:
  basis: {type: VARCHAR, description: 'full, or year_ago: up to 365 days before the as-of day', tests: [not_null, {accepted_values: [full, year_ago]}]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  purchases: {type: BIGINT, description: Purchase days, tests: [not_null, {range: {min: 1}}]}
  mean_purchase: {type: DOUBLE, description: 'Mean gross sales of a purchase day, three significant digits', tests: [not_null]}
  customers: {type: BIGINT, description: Customers, tests: [not_null, {range: {min: 1}}]}
tests:
  - unique: [basis, kind, purchases, mean_purchase]
*/
with
  ends as (
    select 'full' as basis, as_of() as ends_on
    union all
    select 'year_ago', as_of() - 365
  ),
  means as (
    select e.basis, p.kind, p.customer_id, count(*) as purchases, ratio(sum(p.gross_sales), count(*)) as mean_purchase
    from core.purchases as p
    join ends as e on p.purchased_on <= e.ends_on
    group by e.basis, p.kind, p.customer_id
  ),
  rounded as (
    select basis, kind, purchases, round(mean_purchase, 2 - cast(floor(log10(mean_purchase)) as integer)) as mean_purchase
    from means
    -- A sale so small that it is nothing in reporting currency has no logarithm, and tells the spend model nothing.
    where mean_purchase > 0
  )
select basis, kind, purchases, mean_purchase, count(*) as customers
from rounded
group by basis, kind, purchases, mean_purchase
order by basis, kind, purchases, mean_purchase
