/*
description: What each category sold in each of the last twenty-four complete months.
grain: one row a month and category that had a line in these months; unknown for what names no product
columns:
  month: {type: DATE, description: First day of the month, tests: [not_null]}
  category: {type: VARCHAR, description: Category; unknown without one, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Sales after returns and adjustments; 0 in a month without any, tests: [not_null]}
  net_sales_before: {type: 'DECIMAL(18,4)', description: The same month a year before; null in the first twelve months}
tests:
  - unique: [month, category]
*/
with
  sold as (
    select month_of(l.booked_on) as month, coalesce(p.category, 'unknown') as category, sum(l.net_sales) as net_sales
    from core.lines as l
    left join staging.products as p on p.product_id = l.product_id
    where l.booked_on between year_before_from() and last_complete_day()
    group by all
  ),
  -- A month without a sale is a month of nought.
  cells as (
    select cast(m.month as date) as month, c.category, money(coalesce(s.net_sales, 0)) as net_sales
    from range(cast(year_before_from() as timestamp), cast(last_complete_day() as timestamp), interval 1 month) as m(month)
    cross join (select distinct category from sold) as c
    left join sold as s on s.month = m.month and s.category = c.category
  )
select month, category, net_sales, lag(net_sales, 12) over (partition by category order by month) as net_sales_before
from cells
