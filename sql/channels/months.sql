/*
description: What each channel sold in each of the last twenty-four complete months.
grain: one row a month and channel that had a document in these months; none for documents without one
columns:
  month: {type: DATE, description: First day of the month, tests: [not_null]}
  channel_id: {type: VARCHAR, description: Channel; none without one, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Sales after returns and adjustments; 0 in a month without any, tests: [not_null]}
  net_sales_before: {type: 'DECIMAL(18,4)', description: 'The same month a year before; null in the first twelve months'}
tests:
  - unique: [month, channel_id]
*/
with
  sold as (
    select month_of(d.booked_on) as month, coalesce(d.channel_id, 'none') as channel_id, sum(l.net_sales) as net_sales
    from core.documents as d
    join core.lines as l on l.order_id = d.order_id
    where d.booked_on between year_before_from() and last_complete_day()
    group by all
  ),
  -- A month without a sale is a month of nought.
  cells as (
    select cast(m.month as date) as month, c.channel_id, money(coalesce(s.net_sales, 0)) as net_sales
    from range(cast(year_before_from() as timestamp), cast(last_complete_day() as timestamp), interval 1 month) as m(month)
    cross join (select distinct channel_id from sold) as c
    left join sold as s on s.month = m.month and s.channel_id = c.channel_id
  )
select month, channel_id, net_sales, lag(net_sales, 12) over (partition by channel_id order by month) as net_sales_before
from cells
