/*
description: >
  Every line of the documents, sales, returns, free goods and adjustments, valued in reporting currency at the rate of its
  own day. Cost comes from the line, else from the line it returns, else from the product, else from the default margin.
  A return that names the line it returns belongs to that purchase; one that names none is a return of its own day.
grain: one row an order line, up to the as-of day
columns:
  line_id: {type: VARCHAR, description: Line, tests: [not_null, unique]}
  order_id: {type: VARCHAR, description: Document the line stands on, tests: [not_null, {relationships: core.documents.order_id}]}
  purchase_order_id: {type: VARCHAR, description: Purchase the line belongs to; null for a return that names none and for documents without a sale}
  returned_line_id: {type: VARCHAR, description: Line that a return names}
  customer_id: {type: VARCHAR, description: Customer; null unknown}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  booked_on: {type: DATE, description: Day of the document, tests: [not_null]}
  purchased_on: {type: DATE, description: Day of the purchase that the line belongs to, tests: [not_null]}
  line_kind: {type: VARCHAR, description: What the line is, tests: [not_null, {accepted_values: [sale, return, free, adjustment]}]}
  product_id: {type: VARCHAR, description: Product}
  quantity: {type: INTEGER, description: Units; negative for a return}
  channel_kind: {type: VARCHAR, description: Kind of channel, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the document, tests: [not_null]}
  currency: {type: VARCHAR, description: Currency of the document, tests: [not_null]}
  rate: {type: 'DECIMAL(18,8)', description: Reporting currency for one unit on the day, tests: [not_null]}
  net_amount: {type: 'DECIMAL(18,4)', description: Amount after discount in the currency of the document, tests: [not_null]}
  list_sales: {type: 'DECIMAL(18,4)', description: Quantity × price of a sale line before discount; 0 otherwise}
  discount: {type: 'DECIMAL(18,4)', description: Discount on a sale line; 0 otherwise}
  gross_sales: {type: 'DECIMAL(18,4)', description: A sale line after discount; 0 otherwise}
  returned: {type: 'DECIMAL(18,4)', description: 'Value of a return, positive; 0 otherwise'}
  net_sales: {type: 'DECIMAL(18,4)', description: What the line adds to sales; negative for a return}
  net_sales_constant: {type: 'DECIMAL(18,4)', description: The same at the rates of the as-of day}
  cost_of_goods: {type: 'DECIMAL(18,4)', description: Cost of the goods; negative for a return, tests: [not_null]}
  cost_basis: {type: VARCHAR, description: Where the cost comes from, tests: [not_null, {accepted_values: [line, product, assumed]}]}
  margin: {type: 'DECIMAL(18,4)', description: net_sales − cost_of_goods}
tests:
  - expression: net_sales = gross_sales - returned or line_kind = 'adjustment'
  - expression: gross_sales = list_sales - discount
*/
with
  named_returns as (
    select r.line_id, s.order_id, d.booked_on, cast(s.unit_cost as double) * cast(d.rate as double) as unit_cost
    from staging.order_lines as r
    join staging.order_lines as s on s.line_id = r.returned_line_id
    join core.documents as d on d.order_id = s.order_id
    where line_kind(r.quantity, r.net_amount) = 'return' and line_kind(s.quantity, s.net_amount) = 'sale'
  ),
  delivered as (
    select
      l.line_id,
      l.order_id,
      l.returned_line_id,
      l.product_id,
      l.quantity,
      l.unit_price,
      l.net_amount,
      line_kind(l.quantity, l.net_amount) as line_kind,
      d.customer_id,
      d.kind,
      d.booked_on,
      d.is_purchase,
      d.channel_kind,
      d.market,
      d.currency,
      d.rate,
      d.constant_rate,
      n.order_id as named_order_id,
      n.booked_on as named_on,
      coalesce(cast(l.unit_cost as double) * cast(d.rate as double), n.unit_cost) as line_cost,
      p.unit_cost as product_cost
    from staging.order_lines as l
    join core.documents as d on d.order_id = l.order_id
    left join named_returns as n on n.line_id = l.line_id
    left join staging.products as p on p.product_id = l.product_id
  ),
  linked as (
    select
      *,
      case when line_kind = 'return' then named_order_id when is_purchase then order_id end as purchase_order_id,
      coalesce(named_on, booked_on) as purchased_on
    from delivered
  ),
  valued as (
    select
      *,
      times(net_amount, rate) as net_sales,
      times(net_amount, constant_rate) as net_sales_constant,
      times(quantity * unit_price, rate) as list_amount
    from linked
  ),
  costed as (
    select
      *,
      money(
        coalesce(
          quantity * line_cost,
          times(product_cost, quantity),
          times(net_sales, 1 - param('default_margin'))
        )
      ) as cost_of_goods
    from valued
  )
select
  line_id,
  order_id,
  purchase_order_id,
  returned_line_id,
  customer_id,
  kind,
  booked_on,
  purchased_on,
  line_kind,
  product_id,
  quantity,
  channel_kind,
  market,
  currency,
  rate,
  net_amount,
  money(case when line_kind = 'sale' then list_amount else 0 end) as list_sales,
  money(case when line_kind = 'sale' then list_amount - net_sales else 0 end) as discount,
  money(case when line_kind = 'sale' then net_sales else 0 end) as gross_sales,
  money(case when line_kind = 'return' then -net_sales else 0 end) as returned,
  net_sales,
  net_sales_constant,
  cost_of_goods,
  case when line_cost is not null then 'line' when product_cost is not null then 'product' else 'assumed' end as cost_basis,
  money(net_sales - cost_of_goods) as margin
from costed
