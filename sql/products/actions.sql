/*
description: >
  What to do with products, and what it is worth a year. drop: the losses that end (null where what is dropped merely sells too little).
  reprice: the discount above the mean, if as much is sold. bundle: the audience × the rule's
  confidence × the margin of an order of the product. promote: a tenth more of what the products earn.
grain: one row an action
columns:
  report: {type: VARCHAR, description: Report that shows it, tests: [not_null]}
  action: {type: VARCHAR, description: Action, tests: [not_null, unique]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  products: {type: BIGINT, description: Products concerned, tests: [not_null, {range: {min: 1}}]}
  customers: {type: BIGINT, description: Customers reached; null where it reaches none}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year, reporting currency; null where not known'}
  audience: {type: VARCHAR, description: Model that can be counted, tests: [not_null]}
*/
with
  mean as (
    select ratio(sum(discount), sum(list_sales)) as discount_rate
    from products.results
  ),
  by_verdict as (
    select
      p.verdict as action,
      count(*) as products,
      sum(case when p.trading_margin < 0 then -p.trading_margin else 0 end) as losses,
      sum(greatest(0, cast(p.discount as double) - m.discount_rate * cast(p.list_sales as double))) as excess,
      sum(p.trading_margin) as margin
    from products.results as p
    cross join mean as m
    where p.verdict in ('drop', 'reprice', 'bundle', 'promote')
    group by p.verdict
  ),
  reached as (
    select a.action, count(*) as customers, sum(a.chance * p.trading_margin / nullif(p.orders, 0)) as bundled
    from products.audiences as a
    join products.results as p on p.product_id = a.product_id
    group by a.action
  )
select
  'products' as report,
  v.action,
  case v.action when 'drop' then 'range' when 'reprice' then 'pricing' else 'marketing' end as owner,
  v.products,
  r.customers,
  money(
    case v.action
      when 'drop' then nullif(v.losses, 0)
      when 'reprice' then v.excess
      when 'bundle' then r.bundled
      when 'promote' then v.margin / 10
    end
  ) as prize,
  case when r.customers is null then 'products.results' else 'products.audiences' end as audience
from by_verdict as v
left join reached as r on r.action = v.action
