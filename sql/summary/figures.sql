/*
description: >
  What a pack tells that the next one is held against, for the whole firm: the key figures of the management summary (three
  months), net sales of the calendar year, customers and their predicted value on the as-of day, and of every closed month what
  should not change any more. Active customers are none of that: when somebody counts as lapsed is estimated anew each night.
grain: one row a figure and stretch
columns:
  code: {type: VARCHAR, description: Figure, tests: [not_null]}
  period: {type: VARCHAR, description: 'quarter: three complete months; year: the calendar year so far; day: the as-of day; month: a closed month', tests: [not_null, {accepted_values: [quarter, year, day, month]}]}
  position: {type: INTEGER, description: Place in a list of key figures; null for months}
  from_on: {type: DATE, description: First day, tests: [not_null]}
  to_on: {type: DATE, description: Last day, tests: [not_null]}
  unit: {type: VARCHAR, description: 'money, count or percent', tests: [not_null]}
  value: {type: DOUBLE, description: What it came to, tests: [not_null]}
tests:
  - unique: [code, period, from_on]
*/
with
  quarter as (
    select *
    from summary.kpis
    where period = 'quarter' and comparison = 'this' and dimension = 'all'
  ),
  months as (
    select *
    from summary.monthly_kpis
    where dimension = 'all'
  ),
  figures as (
    select 'net_sales' as code, 'quarter' as period, 1 as position, from_on, to_on, 'money' as unit, cast(net_sales as double) as value
    from quarter
    union all
    select 'contribution', 'quarter', 2, from_on, to_on, 'money', contribution from quarter
    union all
    select 'active_customers', 'quarter', 3, from_on, to_on, 'count', active_customers from quarter
    union all
    select 'new_customers', 'quarter', 4, from_on, to_on, 'count', new_customers from quarter
    union all
    select 'average_order_value', 'quarter', 5, from_on, to_on, 'money', average_order_value from quarter
    union all
    select 'repeat_rate', 'quarter', 6, from_on, to_on, 'percent', repeat_rate from quarter
    union all
    select 'return_rate', 'quarter', 7, from_on, to_on, 'percent', return_rate from quarter
    union all
    select 'net_sales', 'year', 8, cast(date_trunc('year', as_of()) as date), as_of(), 'money', sum(net_sales)
    from months
    where month >= date_trunc('year', as_of())
    union all
    select 'customers', 'day', 9, as_of(), as_of(), 'count', customers from ltv.totals where kind = 'all'
    union all
    select 'predicted_value', 'day', 10, as_of(), as_of(), 'money', predicted_value from ltv.totals where kind = 'all'
    union all
    select 'net_sales', 'month', null, month, last_day(month), 'money', net_sales from months where is_complete
    union all
    select 'contribution', 'month', null, month, last_day(month), 'money', contribution from months where is_complete
    union all
    select 'orders', 'month', null, month, last_day(month), 'count', orders from months where is_complete
    union all
    select 'new_customers', 'month', null, month, last_day(month), 'count', new_customers from months where is_complete
  )
select *
from figures
where value is not null
