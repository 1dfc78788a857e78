/*
description: >
  Purchases: documents with at least one sale line. Returns that name a line of the purchase reduce it, whenever they came;
  returns that name none stay with the customer (core.returns).
grain: one row a purchase order, up to the as-of day
columns:
  order_id: {type: VARCHAR, description: Purchase order, tests: [not_null, unique]}
  customer_id: {type: VARCHAR, description: Customer; null unknown}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  ordered_on: {type: DATE, description: Day of the order, tests: [not_null]}
  order_class: {type: VARCHAR, description: 'retail, wholesale, group or franchise'}
  channel_id: {type: VARCHAR, description: Channel}
  channel_kind: {type: VARCHAR, description: Kind of channel, tests: [not_null]}
  store_id: {type: VARCHAR, description: Store}
  staff_id: {type: VARCHAR, description: Member of staff}
  campaign_id: {type: VARCHAR, description: Campaign that the order names}
  coupon_code: {type: VARCHAR, description: Coupon used}
  market: {type: VARCHAR, description: Market of the order, tests: [not_null]}
  currency: {type: VARCHAR, description: Currency of the order}
  purchase_number: {type: BIGINT, description: "Which purchase day of the customer: 1 the first; null for an unknown customer", tests: [{range: {min: 1}}]}
  lines: {type: BIGINT, description: Lines of the order itself, tests: [{range: {min: 1}}]}
  units: {type: BIGINT, description: Units sold, tests: [{range: {min: 1}}]}
  list_sales: {type: 'DECIMAL(18,4)', description: Before discount}
  discount: {type: 'DECIMAL(18,4)', description: Discount}
  gross_sales: {type: 'DECIMAL(18,4)', description: After discount and before returns}
  returned: {type: 'DECIMAL(18,4)', description: Value of the returns that name its lines, tests: [{range: {min: 0}}]}
  adjustment: {type: 'DECIMAL(18,4)', description: Lines of money without goods}
  net_sales: {type: 'DECIMAL(18,4)', description: gross_sales − returned + adjustment}
  cost_of_goods: {type: 'DECIMAL(18,4)', description: Cost of the goods that stayed with the customer}
  shipping: {type: 'DECIMAL(18,4)', description: Shipping charged}
  fulfilment: {type: 'DECIMAL(18,4)', description: Cost of fulfilment}
  trading_margin: {type: 'DECIMAL(18,4)', description: net_sales − cost_of_goods + shipping − fulfilment}
tests:
  # Orders of the past do not go.
  - change: {max_drop: 0.05}
  - expression: net_sales = gross_sales - returned + adjustment
*/
with
  sums as (
    select
      purchase_order_id as order_id,
      count(*) filter (where line_kind <> 'return') as lines,
      cast(sum(quantity) filter (where line_kind = 'sale') as bigint) as units,
      sum(list_sales) as list_sales,
      sum(discount) as discount,
      sum(gross_sales) as gross_sales,
      sum(returned) as returned,
      sum(net_sales) filter (where line_kind = 'adjustment') as adjustment,
      sum(net_sales) as net_sales,
      sum(cost_of_goods) as cost_of_goods
    from core.lines
    where purchase_order_id is not null
    group by purchase_order_id
  )
select
  s.order_id,
  d.customer_id,
  d.kind,
  d.booked_on as ordered_on,
  d.order_class,
  d.channel_id,
  d.channel_kind,
  d.store_id,
  d.staff_id,
  d.campaign_id,
  d.coupon_code,
  d.market,
  d.currency,
  case when d.customer_id is not null
    then dense_rank() over (partition by d.customer_id order by d.booked_on)
  end as purchase_number,
  s.lines,
  s.units,
  money(s.list_sales) as list_sales,
  money(s.discount) as discount,
  money(s.gross_sales) as gross_sales,
  money(s.returned) as returned,
  money(coalesce(s.adjustment, 0)) as adjustment,
  money(s.net_sales) as net_sales,
  money(s.cost_of_goods) as cost_of_goods,
  d.shipping,
  d.fulfilment,
  money(s.net_sales - s.cost_of_goods + d.shipping - d.fulfilment) as trading_margin
from sums as s
join core.documents as d on d.order_id = s.order_id
