/*
description: >
  How deep lines of the last twelve complete months were discounted, and what margin that left. Depth is discount ÷ list sales of the line;
  margin is sales less cost of goods of sale lines, before returns and delivery.
grain: one row a category and band of depth
columns:
  category: {type: VARCHAR, description: Category; unknown without one, tests: [not_null]}
  band: {type: INTEGER, description: '0 no discount, 1 to 5 %, 2 to 10 %, 3 to 20 %, 4 to 30 %, 5 deeper', tests: [not_null, {range: {min: 0, max: 5}}]}
  lines: {type: BIGINT, description: Sale lines, tests: [not_null]}
  list_sales: {type: 'DECIMAL(18,4)', description: Before discount, tests: [not_null]}
  gross_sales: {type: 'DECIMAL(18,4)', description: After discount, tests: [not_null]}
  margin: {type: 'DECIMAL(18,4)', description: gross_sales − cost of goods, tests: [not_null]}
  margin_rate: {type: DOUBLE, description: margin ÷ gross_sales}
  units_a_line: {type: DOUBLE, description: Mean units of a line}
tests:
  - unique: [category, band]
*/
with
  sold as (
    select
      coalesce(p.category, 'unknown') as category,
      case
        when l.discount <= 0 then 0
        when l.discount <= 0.05 * l.list_sales then 1
        when l.discount <= 0.1 * l.list_sales then 2
        when l.discount <= 0.2 * l.list_sales then 3
        when l.discount <= 0.3 * l.list_sales then 4
        else 5
      end as band,
      l.list_sales,
      l.gross_sales,
      l.margin,
      l.quantity
    from core.lines as l
    left join staging.products as p on p.product_id = l.product_id
    where l.line_kind = 'sale' and l.booked_on between year_from() and last_complete_day()
  )
select
  category,
  band,
  count(*) as lines,
  money(sum(list_sales)) as list_sales,
  money(sum(gross_sales)) as gross_sales,
  money(sum(margin)) as margin,
  ratio(sum(margin), sum(gross_sales)) as margin_rate,
  avg(quantity) as units_a_line
from sold
group by category, band
