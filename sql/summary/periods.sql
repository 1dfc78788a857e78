/*
description: >
  The periods that the pack reports on, whole calendar months up to the last one that is over at the as-of day, and what each is
  compared with: the period just before it, and the same months a year before.
grain: one row a period and comparison
tags: [reference]
columns:
  period: {type: VARCHAR, description: 'month, quarter (three months) or year (twelve months)', tests: [not_null, {accepted_values: [month, quarter, year]}]}
  comparison: {type: VARCHAR, description: 'this, prior or year_before', tests: [not_null, {accepted_values: [this, prior, year_before]}]}
  months: {type: INTEGER, description: Months it is long, tests: [not_null]}
  from_on: {type: DATE, description: First day, tests: [not_null]}
  to_on: {type: DATE, description: Last day, tests: [not_null]}
  is_covered: {type: BOOLEAN, description: The books reach back to its first month, tests: [not_null]}
tests:
  - unique: [period, comparison]
*/
with
  periods (period, months) as (
    values ('month', 1), ('quarter', 3), ('year', 12)
  ),
  comparisons as (
    select period, months, 'this' as comparison, 0 as months_back
    from periods
    union all
    select period, months, 'prior', months
    from periods
    union all
    select period, months, 'year_before', 12
    from periods
  ),
  dated as (
    select
      period,
      comparison,
      months,
      month_shift(last_complete_day(), 1 - months - months_back) as from_on,
      last_day(month_shift(last_complete_day(), -months_back)) as to_on
    from comparisons
  ),
  books as (
    select month_of(min(booked_on)) as first_month
    from core.documents
  )
select d.period, d.comparison, d.months, d.from_on, d.to_on, coalesce(d.from_on >= b.first_month, false) as is_covered
from dated as d
cross join books as b
order by d.months, d.comparison
