-- The last twelve calendar months that are over at the as-of date, and the twelve before them: what a year's pages compare.
create or replace macro year_from() as month_shift(last_complete_day(), -11);
create or replace macro year_before_from() as month_shift(last_complete_day(), -23);

create or replace macro pack_year(day) as
  case
    when day > last_complete_day() then null
    when day >= year_from() then 'this'
    when day >= year_before_from() then 'prior'
  end;
