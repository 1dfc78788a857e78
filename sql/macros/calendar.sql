create or replace macro month_of(day) as cast(date_trunc('month', day) as date);

-- The last day of the last calendar month that is over at the as-of date.
create or replace macro last_complete_day() as
  case when last_day(as_of()) = as_of() then as_of() else cast(date_trunc('month', as_of()) as date) - 1 end;

-- First day of the month `months` before (negative) or after the month of a day.
create or replace macro month_shift(day, months) as
  cast(date_trunc('month', day) + to_months(months) as date);
