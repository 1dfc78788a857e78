/*
description: >
  What the books say of each month, by market, kind of channel and kind of customer. Additive measures only: sum over any
  of them. Service and contacts have no channel of their own (none). Returns count in the month they came back.
grain: one row a month, market, kind of channel and kind of customer with any booking
columns:
  month: {type: DATE, description: First day of the month, tests: [not_null]}
  market: {type: VARCHAR, description: 'Market of the document, or of the customer for service and contacts', tests: [not_null]}
  channel_kind: {type: VARCHAR, description: Kind of channel; none for service and contacts, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null, {accepted_values: [person, organisation, unknown]}]}
  is_complete: {type: BOOLEAN, description: The month is over at the as-of day, tests: [not_null]}
  orders: {type: BIGINT, description: Purchase orders}
  lines: {type: BIGINT, description: 'Lines booked, returns among them'}
  list_sales: {type: 'DECIMAL(18,4)', description: Before discount}
  discount: {type: 'DECIMAL(18,4)', description: Discount}
  gross_sales: {type: 'DECIMAL(18,4)', description: After discount and before returns}
  returned: {type: 'DECIMAL(18,4)', description: Returns booked in the month}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales}
  net_sales_constant: {type: 'DECIMAL(18,4)', description: Net sales at the exchange rates of the as-of day}
  cost_of_goods: {type: 'DECIMAL(18,4)', description: Cost of goods}
  assumed_cost_of_goods: {type: 'DECIMAL(18,4)', description: The part of it that rests on the default margin}
  shipping: {type: 'DECIMAL(18,4)', description: Shipping charged}
  fulfilment: {type: 'DECIMAL(18,4)', description: Cost of fulfilment}
  trading_margin: {type: 'DECIMAL(18,4)', description: net_sales − cost_of_goods + shipping − fulfilment}
  service_cost: {type: 'DECIMAL(18,4)', description: Cost of cases}
  contact_cost: {type: 'DECIMAL(18,4)', description: Cost of contacts to records of the house}
  prospect_contact_cost: {type: 'DECIMAL(18,4)', description: Cost of contacts to names that are not ours; not in the contribution}
  contribution: {type: 'DECIMAL(18,4)', description: trading_margin − service_cost − contact_cost}
tests:
  - unique: [month, market, channel_kind, kind]
*/
with
  lines_by_month as (
    select
      month_of(booked_on) as month, market, channel_kind, kind,
      count(*) as lines,
      sum(list_sales) as list_sales,
      sum(discount) as discount,
      sum(gross_sales) as gross_sales,
      sum(returned) as returned,
      sum(net_sales) as net_sales,
      sum(net_sales_constant) as net_sales_constant,
      sum(cost_of_goods) as cost_of_goods,
      sum(cost_of_goods) filter (where cost_basis = 'assumed') as assumed_cost_of_goods
    from core.lines
    group by all
  ),
  documents_by_month as (
    select
      month_of(d.booked_on) as month, d.market, d.channel_kind, d.kind,
      count(o.order_id) as orders,
      sum(d.shipping) as shipping,
      sum(d.fulfilment) as fulfilment
    from core.documents as d
    left join core.orders as o on o.order_id = d.order_id
    group by all
  ),
  costs_by_month as (
    select
      month_of(booked_on) as month, market, 'none' as channel_kind, kind,
      sum(amount) filter (where cost_kind = 'service') as service_cost,
      sum(amount) filter (where cost_kind = 'contact') as contact_cost,
      sum(amount) filter (where cost_kind = 'prospect_contact') as prospect_contact_cost
    from core.customer_costs
    group by all
  ),
  keys as (
    select month, market, channel_kind, kind from lines_by_month
    union
    select month, market, channel_kind, kind from documents_by_month
    union
    select month, market, channel_kind, kind from costs_by_month
  )
select
  k.month,
  k.market,
  k.channel_kind,
  k.kind,
  last_day(k.month) <= as_of() as is_complete,
  coalesce(d.orders, 0) as orders,
  coalesce(l.lines, 0) as lines,
  money(coalesce(l.list_sales, 0)) as list_sales,
  money(coalesce(l.discount, 0)) as discount,
  money(coalesce(l.gross_sales, 0)) as gross_sales,
  money(coalesce(l.returned, 0)) as returned,
  money(coalesce(l.net_sales, 0)) as net_sales,
  money(coalesce(l.net_sales_constant, 0)) as net_sales_constant,
  money(coalesce(l.cost_of_goods, 0)) as cost_of_goods,
  money(coalesce(l.assumed_cost_of_goods, 0)) as assumed_cost_of_goods,
  money(coalesce(d.shipping, 0)) as shipping,
  money(coalesce(d.fulfilment, 0)) as fulfilment,
  money(coalesce(l.net_sales, 0) - coalesce(l.cost_of_goods, 0) + coalesce(d.shipping, 0) - coalesce(d.fulfilment, 0))
    as trading_margin,
  money(coalesce(c.service_cost, 0)) as service_cost,
  money(coalesce(c.contact_cost, 0)) as contact_cost,
  money(coalesce(c.prospect_contact_cost, 0)) as prospect_contact_cost,
  money(
    coalesce(l.net_sales, 0) - coalesce(l.cost_of_goods, 0) + coalesce(d.shipping, 0) - coalesce(d.fulfilment, 0)
    - coalesce(c.service_cost, 0) - coalesce(c.contact_cost, 0)
  ) as contribution
from keys as k
left join lines_by_month as l
  on l.month = k.month and l.market = k.market and l.channel_kind = k.channel_kind and l.kind = k.kind
left join documents_by_month as d
  on d.month = k.month and d.market = k.market and d.channel_kind = k.channel_kind and d.kind = k.kind
left join costs_by_month as c
  on c.month = k.month and c.market = k.market and c.channel_kind = k.channel_kind and c.kind = k.kind
order by k.month, k.market, k.channel_kind, k.kind
