/*
description: >
  By how much per cent the units of a category move when its price paid moves by 1 %, against the other categories, from
  whole months: log units on log price (1 − discount ÷ list sales), after taking out each category's mean and each month's
  mean, which removes season and growth that all share. It is read only where it can be: two categories or more sold in every
  month, 24 months, a price that moved by 1 % or more, and an interval that excludes 0. It is no experiment: a discount laid
  on a rising category looks stronger than it is, and units moved from another category count as gained.
grain: one row a category of products, and one for all together (category null)
columns:
  category: {type: VARCHAR, description: Category; null for all}
  months: {type: BIGINT, description: Months, tests: [not_null]}
  price_spread: {type: DOUBLE, description: 'Standard deviation of log price, means taken out', tests: [not_null]}
  elasticity: {type: DOUBLE, description: Change of units in per cent for 1 % of price}
  elasticity_error: {type: DOUBLE, description: Half of its 95 % interval}
  reason: {type: VARCHAR, description: 'Why it is not read; null where it is', tests: [{accepted_values: [short_history, price_still, within_chance]}]}
tests:
  - unique: [category]
*/
with
  sales as (
    select
      month_of(l.booked_on) as month,
      p.category,
      sum(l.quantity) as units,
      1 - ratio(sum(l.discount), sum(l.list_sales)) as price
    from core.lines as l
    join staging.products as p on p.product_id = l.product_id
    where l.line_kind = 'sale' and l.kind = 'person' and l.booked_on <= last_complete_day() and p.category is not null
    group by all
  ),
  -- Complete months only: the first may have begun before the books.
  whole as (
    select *
    from sales
    where price > 0 and month > (select min(month) from sales)
  ),
  lasting as (
    select category
    from whole
    group by category
    having count(*) = (select count(distinct month) from whole)
  ),
  logs as (
    select w.month, w.category, ln(w.units) as y, ln(w.price) as x
    from whole as w
    join lasting as l on l.category = w.category
  ),
  centred as (
    select
      month,
      category,
      y - avg(y) over (partition by category) - avg(y) over (partition by month) + avg(y) over () as y,
      x - avg(x) over (partition by category) - avg(x) over (partition by month) + avg(x) over () as x
    from logs
  ),
  sums as (
    select
      category,
      count(distinct month) as months,
      count(distinct category) as categories,
      count(*) as n,
      sum(x * x) as xx,
      sum(x * y) as xy,
      sum(y * y) as yy
    from centred
    group by grouping sets ((category), ())
  ),
  fitted as (
    select
      *,
      -- Degrees of freedom left: a slope, and a mean for each category and month of the panel (a category bears its share of months).
      case when category is null then n - 1 - categories - (months - 1) else n - 2 - (months - 1) / (select count(*) from lasting) end
        as freedom,
      (select count(*) from lasting) as panel,
      case when xx > 1e-9 then xy / xx end as slope
    from sums
    where n > 0
  ),
  judged as (
    select
      *,
      sqrt(xx / n) as price_spread,
      case when freedom > 0 and slope is not null then 1.96 * sqrt(greatest(0, yy - slope * xy) / freedom / xx) end as slope_error
    from fitted
  )
select
  category,
  months,
  settled(price_spread) as price_spread,
  settled(slope) as elasticity,
  settled(slope_error) as elasticity_error,
  case
    when months < 24 or panel < 2 then 'short_history'
    when price_spread < 0.01 or slope is null then 'price_still'
    when abs(slope) <= coalesce(slope_error, abs(slope)) then 'within_chance'
  end as reason
from judged
order by category nulls first
