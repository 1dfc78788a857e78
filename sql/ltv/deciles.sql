/*
description: >
  Concentration of value: customers in ten equal parts from the best to the worst, and the share each part brings. Customers of
  equal value on an edge are divided by their number, so that the parts stay equal. Shares add up to 1 and can pass it on the way
  where the last parts cost more than they bring.
grain: one row a kind of customer (and all), measure and decile
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  measure: {type: VARCHAR, description: contribution or predicted_value, tests: [not_null, {accepted_values: [contribution, predicted_value]}]}
  decile: {type: INTEGER, description: 1 the best, tests: [not_null, {range: {min: 1, max: 10}}]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  amount: {type: 'DECIMAL(18,4)', description: Sum of the measure, tests: [not_null]}
  share: {type: DOUBLE, description: Share of the total}
  cumulative_share: {type: DOUBLE, description: Share of this decile and all better ones}
  lowest: {type: 'DECIMAL(18,4)', description: Smallest value}
  highest: {type: 'DECIMAL(18,4)', description: Largest value}
tests:
  - unique: [kind, measure, decile]
*/
with
  amounts as (
    select customer_id, kind, 'contribution' as measure, contribution as amount
    from ltv.customers
    union all
    select customer_id, kind, 'predicted_value', predicted_value
    from ltv.customers
    where predicted_value is not null
  ),
  grouped as (
    select * from amounts
    union all
    select customer_id, 'all' as kind, measure, amount from amounts
  ),
  placed as (
    select *, ntile(10) over (partition by kind, measure order by amount desc, customer_id) as decile
    from grouped
  ),
  sums as (
    select
      kind, measure, decile, count(*) as customers, sum(amount) as amount, min(amount) as lowest, max(amount) as highest
    from placed
    group by kind, measure, decile
  )
select
  kind,
  measure,
  cast(decile as integer) as decile,
  customers,
  money(amount) as amount,
  ratio(amount, sum(amount) over (partition by kind, measure)) as share,
  ratio(
    sum(amount) over (partition by kind, measure order by decile), sum(amount) over (partition by kind, measure)
  ) as cumulative_share,
  lowest,
  highest
from sums
order by kind, measure, decile
