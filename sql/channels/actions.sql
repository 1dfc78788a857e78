/*
description: >
  What to do about channels and their members, and what it is worth a year. invite_elsewhere: the margin that customers of closed stores brought in
  their last year, × the share of such customers who did move. mend_channel: losses after channel cost. coach: members whose margin of an order lies below what
  is expected beyond chance, brought up to it. mend_returns: orders returned above what is expected beyond chance, at the mean margin of an order.
grain: one row an action
columns:
  report: {type: VARCHAR, description: Report that shows it, tests: [not_null]}
  action: {type: VARCHAR, description: Action, tests: [not_null, unique]}
  owner: {type: VARCHAR, description: Who decides, tests: [not_null]}
  members: {type: BIGINT, description: 'Channels, stores or staff concerned', tests: [{range: {min: 1}}]}
  customers: {type: BIGINT, description: Customers reached; null where it reaches none}
  prize: {type: 'DECIMAL(18,4)', description: 'Worth a year, reporting currency; null where not known'}
  audience: {type: VARCHAR, description: Model that can be counted, tests: [not_null]}
*/
with
  -- Of those whom a closed store had served in its last year, who has bought since.
  served as (
    select distinct o.customer_id, s.closed_on
    from core.orders as o
    join staging.stores as s on s.store_id = o.store_id and s.closed_on between as_of() - 730 and as_of()
    where o.customer_id is not null and o.ordered_on > s.closed_on - 365
  ),
  moved as (
    select ratio(count(*) filter (where c.last_purchase_on > s.closed_on), count(*)) as share
    from served as s
    join core.customers as c on c.customer_id = s.customer_id
  ),
  held as (
    select r.dimension, r.measure, r.standing, r.shrunk, r.expected, r.orders, m.trading_margin
    from channels.ranking as r
    join channels.members as m on m.dimension = r.dimension and m.member = r.member
    where m.left_on is null or m.left_on > as_of()
  ),
  found as (
    select
      'invite_elsewhere' as action, 'sales' as owner, count(distinct store_id) as members, count(*) as customers,
      cast(sum(year_margin) as double) * (select share from moved) as prize, 'channels.audiences' as audience
    from channels.audiences
    union all
    select 'mend_channel', 'sales', count(*), null, -cast(sum(contribution) as double), 'channels.results'
    from channels.results
    where year = 'this' and contribution < 0 and has_cost
    union all
    select 'coach', 'sales', count(*), null, sum((expected - shrunk) / nullif(shrunk, 0) * trading_margin), 'channels.ranking'
    from held
    where dimension = 'staff' and measure = 'margin' and standing = 'below' and trading_margin > 0
    union all
    select 'mend_returns', 'operations', count(*), null, sum((shrunk - expected) * trading_margin), 'channels.ranking'
    from held
    where dimension = 'store' and measure = 'returns' and standing = 'above'
  )
select 'channels' as report, action, owner, members, customers, money(prize) as prize, audience
from found
where members > 0
