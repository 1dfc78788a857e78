/*
description: >
  Every order and return of tills, web shops and accounts. Moments are UTC seconds at the source: an evening in London
  is the next day in Shanghai, the project's time zone. What members buy in franchise stores is the firm's own sale
  (the franchisee has a commission, see costs), so it is retail; class franchise is what franchisees themselves buy.
  An order that is still settling counts as completed.
columns:
  fulfilment_cost: {description: 'Picking, packing and delivery, order currency; null for franchisees, whose collections are not booked by order'}
*/
select
  cast(order_id as varchar) as order_id,
  case buyer_type when 'P' then 'person' when 'C' then 'organisation' end as customer_kind,
  member_no as person_id,
  corp_no as organisation_id,
  local_moment(created_ts) as ordered_at,
  case biz_class
    when 'RT' then 'retail' when 'WS' then 'wholesale' when 'GP' then 'group' when 'FR' then 'franchise'
  end as order_class,
  chan_code as channel_id,
  shop_code as store_id,
  emp_no as staff_id,
  camp_code as campaign_id,
  coupon as coupon_code,
  ccy as currency,
  major_units(ship_fee) as shipping_charged,
  major_units(ful_cost) as fulfilment_cost,
  case state when 90 then 'cancelled' else 'completed' end as status
from raw.sales_order
