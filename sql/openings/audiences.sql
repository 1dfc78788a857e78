/*
description: 'The customers behind the ten largest openings: of the segment, in the place, without the category in the last 365 days.'
grain: one row an opening and customer
columns:
  action: {type: VARCHAR, description: 'open_ and its rank in openings.gaps', tests: [not_null]}
  rank: {type: BIGINT, description: Rank of the opening, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
tests:
  - unique: [action, customer_id]
*/
with
  openings as (
    select rank, level, market, place, segment, category
    from openings.gaps
    where rank <= 10
  ),
  bought as (
    select distinct l.customer_id, p.category
    from core.lines as l
    join staging.products as p on p.product_id = l.product_id
    where l.booked_on > as_of() - 365 and l.line_kind = 'sale' and p.category in (select category from openings)
  )
select 'open_' || o.rank as action, o.rank, c.customer_id
from openings as o
join core.customers as c on c.market = o.market and c.last_purchase_on > as_of() - 365
join identity.customers as i on i.customer_id = c.customer_id
left join segments.customers as s on s.snapshot = 'this' and s.customer_id = c.customer_id
left join bought as b on b.customer_id = c.customer_id and b.category = o.category
where concat_ws(' ', c.kind, s.segment) = o.segment and (o.level = 'market' or i.region = o.place) and b.customer_id is null
