/*
description: >
  One row per invoice number. A cancellation (C…) is a return, an order of its own on its day. A debt adjustment (A…)
  and an invoice whose quantities are negative without a C (goods written off; no customer) are orders too, so that
  the sum over all lines is the revenue of the books; none of their lines is a sale.
columns:
  order_id: {description: 'Invoice number; C before it marks a cancellation, A a debt adjustment'}
  person_id: {description: 'Customer number; null on 3,710 invoices that name none. No invoice names two'}
  ordered_at: {description: 'First moment on the invoice: 43 invoices run over into the next minute, none into the next day'}
  order_class: {description: 'retail: the data do not say on which terms'}
  shipping_charged: {description: '0: postage stands on lines of its own (POST, DOT, C2)'}
*/
select
  invoice_no as order_id,
  case when any_value(customer_id) is not null then 'person' end as customer_kind,
  regexp_replace(any_value(customer_id), '\.0$', '') as person_id,
  cast(null as varchar) as organisation_id,
  min(invoiced_at) as ordered_at,
  'retail' as order_class,
  'online' as channel_id,
  cast(null as varchar) as store_id,
  cast(null as varchar) as staff_id,
  cast(null as varchar) as campaign_id,
  cast(null as varchar) as coupon_code,
  'GBP' as currency,
  cast(0 as decimal(18, 4)) as shipping_charged,
  cast(null as decimal(18, 4)) as fulfilment_cost,
  'completed' as status
from raw.invoice_lines
group by invoice_no
