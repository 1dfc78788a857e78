/*
description: >
  How each buyer began and what the year after was worth. The start is the product on which most was spent at the first
  purchase, and the channel, store and member of staff of its first order. Later margin is the trading margin of orders from
  the day after the first purchase to 365 days after it; the first purchase itself does not count. Peers are buyers of the
  same kind, market, kind of channel and third of first spend whose year is over: their mean is what a start is held
  against, so that a dear product is not praised for the purse of those who can afford it.
grain: one row a customer who has bought
columns:
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null, unique]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the first order, tests: [not_null]}
  first_on: {type: DATE, description: First purchase, tests: [not_null]}
  channel_id: {type: VARCHAR, description: Channel of the first order}
  channel_kind: {type: VARCHAR, description: Kind of that channel, tests: [not_null]}
  store_id: {type: VARCHAR, description: Store of the first order}
  staff_id: {type: VARCHAR, description: Member of staff who took it}
  product_id: {type: VARCHAR, description: Product on which most was spent at the first purchase}
  first_spend: {type: 'DECIMAL(18,4)', description: 'Spent at the first purchase, after discount and before returns', tests: [not_null]}
  is_whole: {type: BOOLEAN, description: The 365 days after the first purchase are over, tests: [not_null]}
  came_again: {type: BOOLEAN, description: Bought again within them; null until they are over}
  later_margin: {type: 'DECIMAL(18,4)', description: Trading margin of the orders within them; null until they are over}
  peer_margin: {type: 'DECIMAL(18,4)', description: Mean later margin of the peers; null until they are over}
*/
with
  buyers as (
    select customer_id, kind, first_purchase_on as first_on, first_purchase_on + 365 <= as_of() as is_whole
    from core.customers
    where purchases > 0
  ),
  first_orders as (
    select customer_id, min(order_id) as order_id, money(sum(gross_sales)) as spend
    from core.orders
    where purchase_number = 1
    group by customer_id
  ),
  first_goods as (
    select l.customer_id, l.product_id, sum(l.gross_sales) as spent
    from core.lines as l
    join buyers as b on b.customer_id = l.customer_id and b.first_on = l.booked_on
    where l.line_kind = 'sale'
    group by l.customer_id, l.product_id
  ),
  first_products as (
    select customer_id, max({'spent': spent, 'product_id': product_id}).product_id as product_id
    from first_goods
    group by customer_id
  ),
  later as (
    select o.customer_id, sum(o.trading_margin) as margin
    from core.orders as o
    join buyers as b
      on b.customer_id = o.customer_id and b.is_whole and o.ordered_on > b.first_on and o.ordered_on <= b.first_on + 365
    group by o.customer_id
  ),
  begun as (
    select
      b.customer_id,
      b.kind,
      o.market,
      b.first_on,
      o.channel_id,
      o.channel_kind,
      o.store_id,
      o.staff_id,
      p.product_id,
      f.spend as first_spend,
      b.is_whole,
      l.margin is not null as came_again,
      money(coalesce(l.margin, 0)) as later_margin,
      3 * (rank() over (partition by b.kind, o.market, b.is_whole order by f.spend) - 1)
        // count(*) over (partition by b.kind, o.market, b.is_whole) as third
    from buyers as b
    join first_orders as f on f.customer_id = b.customer_id
    join core.orders as o on o.order_id = f.order_id
    left join first_products as p on p.customer_id = b.customer_id
    left join later as l on l.customer_id = b.customer_id
  )
select
  customer_id, kind, market, first_on, channel_id, channel_kind, store_id, staff_id, product_id, first_spend, is_whole,
  case when is_whole then came_again end as came_again,
  case when is_whole then later_margin end as later_margin,
  case when is_whole then
    money(
      cast(sum(later_margin) over (partition by kind, market, channel_kind, third, is_whole) as double)
      / count(*) over (partition by kind, market, channel_kind, third, is_whole)
    )
  end as peer_margin
from begun
