/*
description: >
  What each depth of discount sells and earns, in the last 365 days and the 365 before. A sale line belongs to the band of its
  own discount; a return that names it goes back to the same band, so margin is after returns. Volume at a depth is what was
  sold at it, not what the depth brought: for that see prices.elasticity and the campaigns with a control.
grain: one row a year, kind of customer and band
columns:
  year: {type: VARCHAR, description: 'this: the last 365 days; prior: the 365 before', tests: [not_null, {accepted_values: [this, prior]}]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  band: {type: INTEGER, description: 'Discount of list price: 0 none, 1 up to 5 %, 2 to 10 %, 3 to 20 %, 4 to 30 %, 5 above', tests: [not_null, {range: {min: 0, max: 5}}]}
  lines: {type: BIGINT, description: Sale lines, tests: [not_null]}
  units: {type: BIGINT, description: Units sold, tests: [not_null]}
  list_sales: {type: 'DECIMAL(18,4)', description: Sales at list price, tests: [not_null]}
  discount: {type: 'DECIMAL(18,4)', description: Discount given, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: After discount and returns, tests: [not_null]}
  margin: {type: 'DECIMAL(18,4)', description: Net sales less cost of goods, tests: [not_null]}
  margin_rate: {type: DOUBLE, description: margin / net_sales}
  below_cost_lines: {type: BIGINT, description: Lines sold below a known cost, tests: [not_null]}
  below_cost_loss: {type: 'DECIMAL(18,4)', description: 'What these lost, positive', tests: [not_null]}
tests:
  - unique: [year, kind, band]
*/
with
  sold as (
    select
      line_id,
      kind,
      booked_on,
      discount_band(list_sales, discount) as band,
      quantity,
      list_sales,
      discount,
      net_sales,
      margin,
      cost_basis
    from core.lines
    where line_kind = 'sale'
  ),
  moved as (
    select booked_on, kind, band, 1 as lines, quantity as units, list_sales, discount, net_sales, margin,
      margin < 0 and cost_basis <> 'assumed' as is_below_cost
    from sold
    where booked_on > as_of() - 730
    union all
    select r.booked_on, s.kind, s.band, 0, 0, 0, 0, r.net_sales, r.margin, false
    from core.lines as r
    join sold as s on s.line_id = r.returned_line_id
    where r.line_kind = 'return' and r.booked_on > as_of() - 730
  )
select
  case when booked_on > as_of() - 365 then 'this' else 'prior' end as year,
  kind,
  band,
  cast(sum(lines) as bigint) as lines,
  cast(sum(units) as bigint) as units,
  money(sum(list_sales)) as list_sales,
  money(sum(discount)) as discount,
  money(sum(net_sales)) as net_sales,
  money(sum(margin)) as margin,
  ratio(sum(margin), sum(net_sales)) as margin_rate,
  count(*) filter (where is_below_cost) as below_cost_lines,
  money(coalesce(-sum(margin) filter (where is_below_cost), 0)) as below_cost_loss
from moved
group by all
