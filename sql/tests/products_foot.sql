/*
description: Sales and trading margin of all products, in the last twelve complete months and the twelve before, are those of the books, also by category and month. A coin of each product may be lost in sharing delivery.
severity: error
*/
with
  products as (
    select
      sum(net_sales) as net_sales, sum(trading_margin) as trading_margin, sum(prior_net_sales) as prior_net_sales,
      sum(prior_trading_margin) as prior_trading_margin, count(*) as products
    from products.results
  ),
  months as (
    select
      coalesce(sum(net_sales) filter (where pack_year(month) = 'this'), 0) as net_sales,
      coalesce(sum(net_sales) filter (where pack_year(month) = 'prior'), 0) as prior_net_sales
    from products.months
  ),
  books as (
    select
      coalesce(sum(net_sales) filter (where pack_year(month) = 'this'), 0) as net_sales,
      coalesce(sum(trading_margin) filter (where pack_year(month) = 'this'), 0) as trading_margin,
      coalesce(sum(net_sales) filter (where pack_year(month) = 'prior'), 0) as prior_net_sales,
      coalesce(sum(trading_margin) filter (where pack_year(month) = 'prior'), 0) as prior_trading_margin
    from core.months
  )
select p.*, b.net_sales as booked_sales, b.trading_margin as booked_margin, m.net_sales as sales_by_month
from products as p, books as b, months as m
where m.net_sales <> b.net_sales
  or m.prior_net_sales <> b.prior_net_sales
  or coalesce(p.net_sales, 0) <> b.net_sales
  or coalesce(p.prior_net_sales, 0) <> b.prior_net_sales
  or abs(coalesce(p.trading_margin, 0) - b.trading_margin) > 0.01 * p.products
  or abs(coalesce(p.prior_trading_margin, 0) - b.prior_trading_margin) > 0.01 * p.products
