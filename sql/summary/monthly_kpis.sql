/*
description: The key figures month by month, for trends. The last month may be under way.
grain: one row a month, dimension and member
columns:
  month: {type: DATE, description: First day of the month, tests: [not_null]}
  is_complete: {type: BOOLEAN, description: The month is over at the as-of day, tests: [not_null]}
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
  target_net_sales: {type: 'DECIMAL(18,4)', description: Planned net sales; null without a target}
  target_contribution: {type: 'DECIMAL(18,4)', description: Planned contribution; null without a target}
  target_new_customers: {type: 'DECIMAL(18,4)', description: Planned new customers; null without a target}
  target_active_customers: {type: 'DECIMAL(18,4)', description: Planned active customers on the last day; null without a target}
tests:
  - unique: [month, dimension, member]
*/
select
  m.from_on as month,
  m.to_on <= as_of() as is_complete,
  m.dimension,
  m.member,
  m.list_sales,
  m.discount,
  m.gross_sales,
  m.returned,
  m.net_sales,
  m.net_sales_constant,
  m.cost_of_goods,
  m.shipping,
  m.fulfilment,
  m.trading_margin,
  m.service_cost,
  m.contact_cost,
  m.contribution,
  m.orders,
  m.unknown_orders,
  m.unknown_net_sales,
  m.buyers,
  m.new_customers,
  m.repeat_buyers,
  m.active_customers,
  m.reactivated_customers,
  m.lapsed_customers,
  m.left_customers,
  m.average_order_value,
  m.return_rate,
  m.repeat_rate,
  m.contribution_rate,
  t.target_net_sales,
  t.target_contribution,
  t.target_new_customers,
  t.target_active_customers
from summary.measures as m
left join summary.targets as t
  on t.from_on = m.from_on and t.to_on = m.to_on and m.dimension in ('all', 'market') and t.market = m.member
where m.to_on = last_day(m.from_on)
order by m.from_on, m.dimension, m.member
