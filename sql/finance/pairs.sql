/*
description: >
  The stretches of whole months that are set against each other: each of the thirteen latest complete months against the same month a year before, and the
  periods of the pack against the period before and the year before. Only where the books reach back to the earlier one.
grain: one row a period, comparison and first day
columns:
  period: {type: VARCHAR, description: 'month, quarter or year', tests: [not_null]}
  comparison: {type: VARCHAR, description: 'prior or year_before', tests: [not_null, {accepted_values: [prior, year_before]}]}
  from_on: {type: DATE, description: First day, tests: [not_null]}
  to_on: {type: DATE, description: Last day, tests: [not_null]}
  before_from: {type: DATE, description: First day of what it is compared with, tests: [not_null]}
  before_to: {type: DATE, description: Last day of it, tests: [not_null]}
tests:
  - unique: [period, comparison, from_on]
*/
with
  months as (
    select distinct month, month_shift(month, -12) as before
    from core.months
    where is_complete and month > month_shift(last_complete_day(), -13)
  )
select 'month' as period, 'year_before' as comparison, m.month as from_on, last_day(m.month) as to_on, m.before as before_from, last_day(m.before) as before_to
from months as m
where m.before >= (select min(month) from core.months)
union
select t.period, b.comparison, t.from_on, t.to_on, b.from_on, b.to_on
from summary.periods as t
join summary.periods as b on b.period = t.period and b.comparison <> 'this'
where t.comparison = 'this' and t.is_covered and b.is_covered
