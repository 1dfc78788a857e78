/*
description: >
  Every document of the order book that was not cancelled, sales and returns alike, with the customer, the market and the
  exchange rate of its day. A document without a known customer keeps a null customer: it counts as revenue and nowhere else.
grain: one row an order or return document, up to the as-of day
columns:
  order_id: {type: VARCHAR, description: Document, tests: [not_null, unique]}
  customer_id: {type: VARCHAR, description: Customer; null unknown}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null, {accepted_values: [person, organisation, unknown]}]}
  booked_on: {type: DATE, description: Day of the document in the project's time zone, tests: [not_null]}
  order_class: {type: VARCHAR, description: 'retail, wholesale, group or franchise'}
  channel_id: {type: VARCHAR, description: Channel}
  channel_kind: {type: VARCHAR, description: Kind of channel; unknown where the document names none, tests: [not_null]}
  store_id: {type: VARCHAR, description: Store}
  staff_id: {type: VARCHAR, description: Member of staff}
  campaign_id: {type: VARCHAR, description: Campaign the document names}
  coupon_code: {type: VARCHAR, description: Coupon used}
  market: {type: VARCHAR, description: 'Country of the store, else of the customer, else unknown', tests: [not_null]}
  currency: {type: VARCHAR, description: Currency of the document, tests: [not_null]}
  rate: {type: 'DECIMAL(18,8)', description: Reporting currency for one unit on the day, tests: [not_null]}
  constant_rate: {type: 'DECIMAL(18,8)', description: The same on the as-of day, tests: [not_null]}
  shipping: {type: 'DECIMAL(18,4)', description: Shipping charged to the customer, tests: [not_null]}
  fulfilment: {type: 'DECIMAL(18,4)', description: Cost of fulfilment; 0 where unknown, tests: [not_null]}
  is_purchase: {type: BOOLEAN, description: It has at least one sale line, tests: [not_null]}
  has_fulfilment_cost: {type: BOOLEAN, description: The cost of fulfilment is known, tests: [not_null]}
*/
with
  booked as (
    select
      order_id, customer_kind, case customer_kind when 'person' then person_id when 'organisation' then organisation_id end
        as record_id,
      cast(ordered_at as date) as booked_on, order_class, channel_id, store_id, staff_id, campaign_id, coupon_code, currency,
      shipping_charged, fulfilment_cost
    from staging.orders
    where status = 'completed' and cast(ordered_at as date) <= as_of()
  ),
  -- Who a record is, joined once a record and not once a document.
  known as (
    select k.record_kind, k.record_id, c.customer_id, c.kind, c.country
    from identity.clusters as k
    join identity.customers as c on c.customer_id = k.customer_id
  ),
  sales as (
    select order_id
    from staging.order_lines
    where is_sale(quantity, net_amount)
    group by order_id
  )
select
  b.order_id,
  c.customer_id,
  coalesce(c.kind, 'unknown') as kind,
  b.booked_on,
  b.order_class,
  b.channel_id,
  coalesce(ch.kind, 'unknown') as channel_kind,
  b.store_id,
  b.staff_id,
  b.campaign_id,
  b.coupon_code,
  coalesce(s.country, c.country, 'unknown') as market,
  b.currency,
  r.rate,
  r.constant_rate,
  times(coalesce(b.shipping_charged, 0), r.rate) as shipping,
  times(coalesce(b.fulfilment_cost, 0), r.rate) as fulfilment,
  sa.order_id is not null as is_purchase,
  b.fulfilment_cost is not null as has_fulfilment_cost
from booked as b
left join sales as sa on sa.order_id = b.order_id
left join known as c on c.record_kind = b.customer_kind and c.record_id = b.record_id
left join staging.channels as ch on ch.channel_id = b.channel_id
left join staging.stores as s on s.store_id = b.store_id
left join core.rates as r on r.currency = b.currency and r.rate_date = b.booked_on
