/*
description: >
  Last year's forecast against this year's facts, by tenths of the forecast: customers of each kind in ten equal parts, 1 the best.
  Customers of equal forecast on an edge are divided by their number.
grain: 'one row a kind of customer (and all) and tenth; 0 is all of them'
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  decile: {type: INTEGER, description: '1 the best forecasts, 0 the whole', tests: [not_null, {range: {min: 0, max: 10}}]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  expected_purchases: {type: 'DECIMAL(18,4)', description: Purchase days forecast, tests: [not_null]}
  purchases: {type: BIGINT, description: Purchase days that came, tests: [not_null]}
  predicted: {type: 'DECIMAL(18,4)', description: Contribution forecast, tests: [not_null]}
  actual: {type: 'DECIMAL(18,4)', description: Contribution that came, tests: [not_null]}
  bias_share: {type: DOUBLE, description: predicted / actual − 1; null where nothing came}
tests:
  - unique: [kind, decile]
*/
with
  grouped as (
    select * from ltv.year_ago
    union all
    select * replace ('all' as kind) from ltv.year_ago
  ),
  placed as (
    select *, cast(ntile(10) over (partition by kind order by predicted desc, customer_id) as integer) as decile
    from grouped
  )
select
  kind,
  case when grouping(decile) = 1 then 0 else decile end as decile,
  count(*) as customers,
  money(sum(expected_purchases)) as expected_purchases,
  cast(sum(purchases) as bigint) as purchases,
  money(sum(predicted)) as predicted,
  money(sum(actual)) as actual,
  ratio(sum(predicted), sum(actual)) - 1 as bias_share
from placed
group by grouping sets ((kind, decile), (kind))
order by kind, 2
