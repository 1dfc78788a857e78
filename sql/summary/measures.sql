/*
description: >
  The measures of the management summary for every measured stretch: in all, by market, by kind of channel and by kind of customer.
  Sales, orders, buyers and new customers go by the market and channel of the order; active, lapsed, reactivated and left
  customers by the market of the customer, and by no channel. Revenue without a known customer counts in sales and orders and in no
  customer figure. A measure that a dimension cannot have is null.
grain: one row a stretch, dimension and member
columns:
  from_on: {type: DATE, description: First day, tests: [not_null]}
  to_on: {type: DATE, description: Last day, tests: [not_null]}
  dimension: {type: VARCHAR, description: What the members are, tests: [not_null, {accepted_values: [all, market, channel_kind, kind]}]}
  member: {type: VARCHAR, description: 'Market, kind of channel, kind of customer, or all', tests: [not_null]}
  list_sales: {type: 'DECIMAL(18,4)', description: Before discount}
  discount: {type: 'DECIMAL(18,4)', description: Discount}
  gross_sales: {type: 'DECIMAL(18,4)', description: After discount and before returns}
  returned: {type: 'DECIMAL(18,4)', description: Returns booked}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales}
  net_sales_constant: {type: 'DECIMAL(18,4)', description: Net sales at the exchange rates of the as-of day}
  cost_of_goods: {type: 'DECIMAL(18,4)', description: Cost of goods}
  shipping: {type: 'DECIMAL(18,4)', description: Shipping charged}
  fulfilment: {type: 'DECIMAL(18,4)', description: Cost of fulfilment}
  trading_margin: {type: 'DECIMAL(18,4)', description: net_sales − cost_of_goods + shipping − fulfilment}
  service_cost: {type: 'DECIMAL(18,4)', description: Cost of cases; null by channel}
  contact_cost: {type: 'DECIMAL(18,4)', description: Cost of contacts to records of the house; null by channel}
  contribution: {type: 'DECIMAL(18,4)', description: trading_margin − service_cost − contact_cost; null by channel}
  orders: {type: BIGINT, description: Purchase orders}
  unknown_orders: {type: BIGINT, description: Those without a known customer}
  unknown_net_sales: {type: 'DECIMAL(18,4)', description: Net sales without a known customer}
  buyers: {type: BIGINT, description: Known customers with a purchase}
  new_customers: {type: BIGINT, description: Known customers whose first purchase falls in the stretch}
  repeat_buyers: {type: BIGINT, description: Buyers who had bought on an earlier day}
  active_customers: {type: BIGINT, description: Active customers on the last day; null by channel}
  reactivated_customers: {type: BIGINT, description: Bought again after having lapsed; null by channel}
  lapsed_customers: {type: BIGINT, description: Fell silent for longer than the threshold; null by channel}
  left_customers: {type: BIGINT, description: 'Left, closed or erased while active; null by channel'}
  average_order_value: {type: DOUBLE, description: gross_sales / orders}
  return_rate: {type: DOUBLE, description: returned / gross_sales}
  repeat_rate: {type: DOUBLE, description: repeat_buyers / buyers}
  contribution_rate: {type: DOUBLE, description: contribution / net_sales}
tests:
  - unique: [from_on, to_on, dimension, member]
*/
with
  stretches as (
    select distinct from_on, to_on
    from summary.spans
  ),
  booked as (
    select
      s.from_on,
      s.to_on,
      case
        when grouping(m.market) = 0 then 'market'
        when grouping(m.channel_kind) = 0 then 'channel_kind'
        when grouping(m.kind) = 0 then 'kind'
        else 'all'
      end as dimension,
      coalesce(
        case when grouping(m.market) = 0 then m.market end,
        case when grouping(m.channel_kind) = 0 then m.channel_kind end,
        case when grouping(m.kind) = 0 then m.kind end,
        'all'
      ) as member,
      sum(m.list_sales) as list_sales,
      sum(m.discount) as discount,
      sum(m.gross_sales) as gross_sales,
      sum(m.returned) as returned,
      sum(m.net_sales) as net_sales,
      sum(m.net_sales_constant) as net_sales_constant,
      sum(m.cost_of_goods) as cost_of_goods,
      sum(m.shipping) as shipping,
      sum(m.fulfilment) as fulfilment,
      sum(m.trading_margin) as trading_margin,
      sum(m.service_cost) as service_cost,
      sum(m.contact_cost) as contact_cost,
      sum(m.contribution) as contribution,
      sum(m.orders) as orders,
      sum(m.orders) filter (where m.kind = 'unknown') as unknown_orders,
      sum(m.net_sales) filter (where m.kind = 'unknown') as unknown_net_sales
    from summary.spans as s
    join core.months as m on m.month = s.month
    group by grouping sets (
      (s.from_on, s.to_on), (s.from_on, s.to_on, m.market), (s.from_on, s.to_on, m.channel_kind), (s.from_on, s.to_on, m.kind)
    )
  ),
  buying_months as (
    select
      customer_id, kind, market, channel_kind, month_of(ordered_on) as month,
      min(purchase_number) as first_number, max(purchase_number) as last_number
    from core.orders
    where customer_id is not null
    group by customer_id, kind, market, channel_kind, month_of(ordered_on)
  ),
  buying as (
    select
      s.from_on,
      s.to_on,
      case
        when grouping(b.market) = 0 then 'market'
        when grouping(b.channel_kind) = 0 then 'channel_kind'
        when grouping(b.kind) = 0 then 'kind'
        else 'all'
      end as dimension,
      coalesce(
        case when grouping(b.market) = 0 then b.market end,
        case when grouping(b.channel_kind) = 0 then b.channel_kind end,
        case when grouping(b.kind) = 0 then b.kind end,
        'all'
      ) as member,
      count(distinct b.customer_id) as buyers,
      count(distinct b.customer_id) filter (where b.first_number = 1) as new_customers,
      count(distinct b.customer_id) filter (where b.last_number > 1) as repeat_buyers
    from summary.spans as s
    join buying_months as b on b.month = s.month
    group by grouping sets (
      (s.from_on, s.to_on), (s.from_on, s.to_on, b.market), (s.from_on, s.to_on, b.channel_kind), (s.from_on, s.to_on, b.kind)
    )
  ),
  moving as (
    select
      s.from_on,
      s.to_on,
      case when grouping(m.market) = 0 then 'market' when grouping(m.kind) = 0 then 'kind' else 'all' end as dimension,
      coalesce(
        case when grouping(m.market) = 0 then m.market end, case when grouping(m.kind) = 0 then m.kind end, 'all'
      ) as member,
      sum(m.closing) filter (where m.month = month_of(s.to_on)) as active_customers,
      sum(m.reactivated) as reactivated_customers,
      sum(m.lapsed) as lapsed_customers,
      sum(m.left_customers) as left_customers
    from summary.spans as s
    join churn.movement as m on m.month = s.month
    group by grouping sets ((s.from_on, s.to_on), (s.from_on, s.to_on, m.market), (s.from_on, s.to_on, m.kind))
  ),
  members as (
    select distinct dimension, member from booked
    union
    select distinct dimension, member from moving
  )
select
  s.from_on,
  s.to_on,
  p.dimension,
  p.member,
  money(coalesce(b.list_sales, 0)) as list_sales,
  money(coalesce(b.discount, 0)) as discount,
  money(coalesce(b.gross_sales, 0)) as gross_sales,
  money(coalesce(b.returned, 0)) as returned,
  money(coalesce(b.net_sales, 0)) as net_sales,
  money(coalesce(b.net_sales_constant, 0)) as net_sales_constant,
  money(coalesce(b.cost_of_goods, 0)) as cost_of_goods,
  money(coalesce(b.shipping, 0)) as shipping,
  money(coalesce(b.fulfilment, 0)) as fulfilment,
  money(coalesce(b.trading_margin, 0)) as trading_margin,
  money(case when p.dimension <> 'channel_kind' then coalesce(b.service_cost, 0) end) as service_cost,
  money(case when p.dimension <> 'channel_kind' then coalesce(b.contact_cost, 0) end) as contact_cost,
  money(case when p.dimension <> 'channel_kind' then coalesce(b.contribution, 0) end) as contribution,
  cast(coalesce(b.orders, 0) as bigint) as orders,
  cast(coalesce(b.unknown_orders, 0) as bigint) as unknown_orders,
  money(coalesce(b.unknown_net_sales, 0)) as unknown_net_sales,
  coalesce(y.buyers, 0) as buyers,
  coalesce(y.new_customers, 0) as new_customers,
  coalesce(y.repeat_buyers, 0) as repeat_buyers,
  cast(case when p.dimension <> 'channel_kind' then coalesce(m.active_customers, 0) end as bigint) as active_customers,
  cast(case when p.dimension <> 'channel_kind' then coalesce(m.reactivated_customers, 0) end as bigint) as reactivated_customers,
  cast(case when p.dimension <> 'channel_kind' then coalesce(m.lapsed_customers, 0) end as bigint) as lapsed_customers,
  cast(case when p.dimension <> 'channel_kind' then coalesce(m.left_customers, 0) end as bigint) as left_customers,
  ratio(b.gross_sales, b.orders) as average_order_value,
  ratio(b.returned, b.gross_sales) as return_rate,
  ratio(y.repeat_buyers, y.buyers) as repeat_rate,
  case when p.dimension <> 'channel_kind' then ratio(b.contribution, b.net_sales) end as contribution_rate
from stretches as s
cross join members as p
left join booked as b
  on b.from_on = s.from_on and b.to_on = s.to_on and b.dimension = p.dimension and b.member = p.member
left join buying as y
  on y.from_on = s.from_on and y.to_on = s.to_on and y.dimension = p.dimension and y.member = p.member
left join moving as m
  on m.from_on = s.from_on and m.to_on = s.to_on and m.dimension = p.dimension and m.member = p.member
where p.member <> 'none'
order by s.from_on, s.to_on, p.dimension, p.member
