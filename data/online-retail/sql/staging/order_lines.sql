/*
description: >
  Every invoice line, those without a customer, with a price of nothing or below and with a negative quantity among
  them. A line counts as a sale when its order names a person, quantity > 0 and unit_price > 0: lines of
  cancellations are never positive.
columns:
  line_id: {description: 'Invoice number and position of the line in the file: the data have no number for a line'}
  product_id: {description: 'Stock code in capitals: codes that differ in case alone name the same article'}
  discount: {description: '0: discounts stand on lines of their own (D)'}
  returned_line_id: {description: 'Null: a cancellation does not say which line it takes back'}
*/
select
  invoice_no || '/' || _row as line_id,
  invoice_no as order_id,
  upper(stock_code) as product_id,
  quantity,
  unit_price,
  cast(0 as decimal(18, 4)) as discount,
  cast(quantity * unit_price as decimal(18, 4)) as net_amount,
  cast(null as decimal(18, 4)) as unit_cost,
  cast(null as varchar) as returned_line_id
from raw.invoice_lines
