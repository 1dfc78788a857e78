/*
description: >
  Orders credited to a piece that was sent: to the list that sql/lists/matchback credits, else to the contact whose key code
  was given, else to the most recent piece whose window was open on the day. Each order is credited once. Many of them would
  have come without the piece: credit is attributed, never incremental.
grain: one row a credited order
columns:
  order_id: {type: VARCHAR, description: Order, tests: [unique, not_null]}
  campaign_id: {type: VARCHAR, description: Campaign credited, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Who ordered}
  ordered_on: {type: DATE, description: Day of the order, tests: [not_null]}
  level: {type: VARCHAR, description: How it was matched, tests: [{accepted_values: [key_code, customer_id, person, household]}]}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales of the order, tests: [not_null]}
  trading_margin: {type: 'DECIMAL(18,4)', description: Trading margin of the order, tests: [not_null]}
*/
with
  candidates as (
    select order_id, campaign_id, level, 1 as rank, ordered_on as on_day
    from lists.matchback
    where cell = 'treatment' and campaign_id is not null
    union all
    select r.order_id, c.campaign_id, 'key_code', 2, c.contacted_on
    from staging.responses as r
    join staging.contacts as c on c.contact_id = r.contact_id
    where r.order_id is not null and c.contacted_on <= as_of()
    union all
    select o.order_id, u.campaign_id, 'customer_id', 3, u.contacted_on
    from core.orders as o
    join campaigns.units as u
      on u.customer_id = o.customer_id and o.ordered_on between u.contacted_on and u.window_to
    where u.cell = 'treatment' and u.purchases > 0 and not u.is_list
      and u.campaign_id not in (select campaign_id from staging.campaigns where medium = 'programme')
  ),
  best as (
    select order_id, max_by(struct_pack(campaign_id, level), (-rank, on_day, campaign_id)) as credit
    from candidates
    group by order_id
  )
select
  o.order_id,
  b.credit.campaign_id as campaign_id,
  o.customer_id,
  o.ordered_on,
  b.credit.level as level,
  o.net_sales,
  o.trading_margin
from best as b
join core.orders as o on o.order_id = b.order_id
