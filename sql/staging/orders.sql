/*
description: 'Every order, cancelled ones too. A return is an order of its own on the day of the return; its lines are negative.'
grain: one row an order
columns:
  order_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the order}
  customer_kind: {type: VARCHAR, tests: [{accepted_values: [person, organisation]}], description: Who bought; null when not known}
  person_id: {type: VARCHAR, description: 'Buyer, when a person; see persons'}
  organisation_id: {type: VARCHAR, description: 'Buyer, when an organisation; see organisations'}
  ordered_at: {type: TIMESTAMP, tests: [not_null], description: 'Moment of the order (of the return, for a return), in the project''s time zone'}
  order_class: {type: VARCHAR, tests: [{accepted_values: [retail, wholesale, group, franchise]}], description: Terms it was sold on}
  channel_id: {type: VARCHAR, description: Channel it came through; see channels}
  store_id: {type: VARCHAR, description: Store that took it; see stores}
  staff_id: {type: VARCHAR, description: Member of staff who took it; see staff}
  campaign_id: {type: VARCHAR, description: Campaign whose key code the buyer gave; see campaigns}
  coupon_code: {type: VARCHAR, description: Coupon used}
  currency: {type: VARCHAR, tests: [not_null], description: ISO 4217 currency of every amount of the order}
  shipping_charged: {type: 'DECIMAL(18,4)', description: 'Delivery charged to the buyer, order currency'}
  fulfilment_cost: {type: 'DECIMAL(18,4)', description: 'Picking, packing and delivery paid by the firm, order currency; null when not known'}
  status: {type: VARCHAR, tests: [not_null, {accepted_values: [completed, cancelled]}], description: A cancelled order is neither sale nor return}
*/
select
  cast(null as varchar) as order_id,
  cast(null as varchar) as customer_kind,
  cast(null as varchar) as person_id,
  cast(null as varchar) as organisation_id,
  cast(null as timestamp) as ordered_at,
  cast(null as varchar) as order_class,
  cast(null as varchar) as channel_id,
  cast(null as varchar) as store_id,
  cast(null as varchar) as staff_id,
  cast(null as varchar) as campaign_id,
  cast(null as varchar) as coupon_code,
  cast(null as varchar) as currency,
  cast(null as decimal(18,4)) as shipping_charged,
  cast(null as decimal(18,4)) as fulfilment_cost,
  cast(null as varchar) as status
where false
