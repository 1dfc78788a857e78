/*
description: The recency × frequency grid at the as-of day, by independent scores.
grain: 'one row a kind of customer (and all), recency score and frequency score; all 25 are there'
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  r: {type: INTEGER, description: 'Recency score, 5 best', tests: [not_null]}
  f: {type: INTEGER, description: 'Frequency score, 5 best', tests: [not_null]}
  customers: {type: BIGINT, description: Customers, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales in the window}
  margin: {type: 'DECIMAL(18,4)', description: Net sales less cost of goods in the window}
  mean_monetary: {type: DOUBLE, description: Mean net sales of a customer; null when empty}
tests:
  - unique: [kind, r, f]
*/
with
  scored as (
    select kind, r, f, monetary, margin
    from rfm.customers
    union all
    select 'all', r, f, monetary, margin
    from rfm.customers
  ),
  sums as (
    select kind, r, f, count(*) as customers, sum(monetary) as net_sales, sum(margin) as margin, avg(monetary) as mean_monetary
    from scored
    group by kind, r, f
  ),
  kinds as (
    select distinct kind
    from scored
  ),
  cells as (
    select distinct r, f
    from rfm.cells
  )
select
  k.kind,
  c.r,
  c.f,
  coalesce(s.customers, 0) as customers,
  money(coalesce(s.net_sales, 0)) as net_sales,
  money(coalesce(s.margin, 0)) as margin,
  s.mean_monetary
from kinds as k
cross join cells as c
left join sums as s on s.kind = k.kind and s.r = c.r and s.f = c.f
order by k.kind, c.r, c.f
