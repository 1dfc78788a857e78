/*
description: >
  One row per stock code, in capitals. Goods have five digits (and letters), DCGS or PADS; the rest are postage,
  vouchers, fees and adjustments, which are lines of the books but nothing on a shelf.
columns:
  name: {description: 'The description that most lines with a price carry; null when none has: what else stands there are remarks of the warehouse'}
  category: {description: 'goods, voucher, postage or adjustment'}
  list_price: {description: Price above nothing on the last line that has one}
*/
with descriptions as (
  select upper(stock_code) as product_id, trim(description) as name, count(*) as lines
  from raw.invoice_lines
  where unit_price > 0 and trim(description) <> ''
  group by product_id, name
),
names as (
  select product_id, arg_max(name, (lines, name)) as name
  from descriptions
  group by product_id
),
prices as (
  select
    upper(stock_code) as product_id,
    arg_max(unit_price, (invoiced_at, _row)) filter (where unit_price > 0) as list_price
  from raw.invoice_lines
  group by product_id
)
select
  product_id,
  names.name,
  cast(null as varchar) as name_zh,
  case
    when regexp_full_match(product_id, '[0-9]{5}[A-Z]*|DCGS.*|PADS') then 'goods'
    when product_id like 'GIFT%' then 'voucher'
    when product_id in ('POST', 'DOT', 'C2') then 'postage'
    else 'adjustment'
  end as category,
  cast(null as varchar) as subcategory,
  cast(null as varchar) as category_zh,
  cast(null as varchar) as subcategory_zh,
  cast(null as varchar) as supplier_id,
  cast(null as varchar) as supplier_name,
  list_price,
  'GBP' as list_currency,
  cast(null as decimal(18, 4)) as unit_cost,
  cast(null as date) as launched_on,
  cast(null as date) as discontinued_on
from prices
left join names using (product_id)
