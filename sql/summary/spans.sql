/*
description: Every stretch of whole months that is measured, each month of the books and each reported period, with its months.
grain: one row a stretch and month in it
tags: [reference]
columns:
  from_on: {type: DATE, description: First day of the stretch, tests: [not_null]}
  to_on: {type: DATE, description: Last day of the stretch, tests: [not_null]}
  month: {type: DATE, description: First day of a month in it, tests: [not_null]}
tests:
  - unique: [from_on, to_on, month]
*/
with
  books as (
    select min(booked_on) as first_on
    from core.documents
  ),
  months as (
    select cast(unnest(generate_series(month_of(first_on), month_of(as_of()), interval 1 month)) as date) as month
    from books
  ),
  stretches as (
    select month as from_on, last_day(month) as to_on
    from months
    union
    select from_on, to_on
    from summary.periods
    where is_covered
  )
select s.from_on, s.to_on, m.month
from stretches as s
join months as m on m.month >= s.from_on and m.month <= s.to_on
order by s.from_on, s.to_on, m.month
