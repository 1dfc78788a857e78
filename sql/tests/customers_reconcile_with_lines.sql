/*
description: Net sales and contribution of all customers, and of the lines without one, add up to the books.
severity: error
*/
with
  customers as (
    select sum(net_sales) as net_sales, sum(contribution) as contribution
    from core.customers
  ),
  unknown as (
    select coalesce(sum(net_sales), 0) as net_sales, coalesce(sum(contribution), 0) as contribution
    from core.months
    where kind = 'unknown'
  ),
  books as (
    select sum(net_sales) as net_sales, sum(contribution) as contribution
    from core.months
  )
select
  b.net_sales,
  c.net_sales as of_customers,
  u.net_sales as of_unknown,
  b.contribution,
  c.contribution as contribution_of_customers
from customers as c, unknown as u, books as b
where coalesce(c.net_sales, 0) + u.net_sales <> b.net_sales or coalesce(c.contribution, 0) + u.contribution <> b.contribution
