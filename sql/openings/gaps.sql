/*
description: >
  Where a segment buys a category less than its peers elsewhere, and what closing the distance would be worth. Buyers of the last 365
  days by kind of customer and segment, held against the same segment in the other markets, and in the other
  regions of its market. Penetration, the share that bought the category, is shrunk towards the mean of the places by a beta prior
  whose strength the places themselves tell (method of moments, Kleinman 1973): where they differ no more than chance gives, there is
  no gap. Peer = the upper quartile of the shrunk places. Size = (peer − own) × buyers × margin a buyer of the category brings the
  segment. What would prove it: a campaign to so many of them against as many held back, so that the gap, closed, would be seen four
  times in five (Lehr's 16 p (1 − p) / difference²). A category of fewer than ten products is a charge or a voucher and no assortment;
  a place with fewer than thirty buyers of the segment is too small to rank.
grain: one row a level, place, segment and category
tags: [whole_firm]
columns:
  level: {type: VARCHAR, description: What the place is, tests: [not_null, {accepted_values: [market, region]}]}
  market: {type: VARCHAR, description: Market, tests: [not_null]}
  place: {type: VARCHAR, description: Market or region, tests: [not_null]}
  segment: {type: VARCHAR, description: 'Kind of customer, and the traits of the segment where there are segments', tests: [not_null]}
  category: {type: VARCHAR, description: Top category of goods, tests: [not_null]}
  buyers: {type: BIGINT, description: Buyers of the segment in the place, tests: [not_null]}
  category_buyers: {type: BIGINT, description: Those of them who bought the category, tests: [not_null]}
  penetration: {type: DOUBLE, description: category_buyers / buyers, tests: [not_null]}
  shrunk: {type: DOUBLE, description: Penetration shrunk towards the mean of the places, tests: [not_null]}
  deviation: {type: DOUBLE, description: Standard deviation of it, tests: [not_null]}
  peer: {type: DOUBLE, description: Upper quartile of the places, tests: [not_null]}
  gap: {type: DOUBLE, description: 'peer − shrunk, zero at least', tests: [not_null]}
  is_beyond_noise: {type: BOOLEAN, description: The gap is more than 1.96 deviations, tests: [not_null]}
  margin_a_buyer: {type: DOUBLE, description: Margin on goods of the category a buyer of it in the segment, tests: [not_null]}
  size: {type: 'DECIMAL(18,4)', description: What closing the gap would bring a year, tests: [not_null]}
  size_low: {type: 'DECIMAL(18,4)', description: 'The same for the gap less 1.96 deviations, zero at least', tests: [not_null]}
  test_customers: {type: BIGINT, description: 'Customers to treat and to hold back each; null without a gap, and where there are not so many without the category'}
  rank: {type: BIGINT, description: 'By size among gaps beyond noise in places large enough, 1 the largest; null for the others'}
tests:
  - unique: [level, market, place, segment, category]
*/
with
  buyers as (
    select c.customer_id, c.market, i.region, concat_ws(' ', c.kind, s.segment) as segment
    from core.customers as c
    join identity.customers as i on i.customer_id = c.customer_id
    left join segments.customers as s on s.snapshot = 'this' and s.customer_id = c.customer_id
    where c.last_purchase_on > as_of() - 365
  ),
  places as (
    select 'market' as level, 'all' as scope, market, market as place, segment, customer_id
    from buyers
    where market <> 'unknown'
    union all
    select 'region', market, market, region, segment, customer_id
    from buyers
    where region is not null
  ),
  assortments as (
    select category
    from staging.products
    where category is not null
    group by category
    having count(*) >= 10
  ),
  bought as (
    select l.customer_id, p.category, sum(l.margin) as margin
    from core.lines as l
    join staging.products as p on p.product_id = l.product_id
    join assortments as a on a.category = p.category
    where l.booked_on > as_of() - 365 and l.line_kind = 'sale' and l.customer_id is not null
    group by l.customer_id, p.category
  ),
  sizes as (
    select level, scope, market, place, segment, count(*) as buyers
    from places
    group by level, scope, market, place, segment
  ),
  categories as (
    select distinct category
    from bought
  ),
  held as (
    select a.level, a.market, a.place, a.segment, b.category, count(*) as category_buyers, sum(b.margin) as margin
    from places as a
    join bought as b on b.customer_id = a.customer_id
    group by a.level, a.market, a.place, a.segment, b.category
  ),
  cells as (
    select
      s.level, s.scope, s.market, s.place, s.segment, c.category, s.buyers,
      coalesce(h.category_buyers, 0) as category_buyers,
      coalesce(h.category_buyers, 0) / s.buyers as penetration,
      coalesce(h.margin, 0) as margin
    from sizes as s
    cross join categories as c
    left join held as h
      on h.level = s.level and h.market = s.market and h.place = s.place and h.segment = s.segment and h.category = c.category
  ),
  pooled as (
    select
      level, scope, segment, category,
      count(*) as places,
      sum(buyers) as buyers,
      sum(category_buyers) / sum(buyers) as mean,
      cast(sum(margin) as double) / nullif(sum(category_buyers), 0) as margin_a_buyer,
      sum(buyers) - sum(buyers * buyers) / sum(buyers) as weight
    from cells
    group by level, scope, segment, category
  ),
  spread as (
    select c.level, c.scope, c.segment, c.category, sum(c.buyers * (c.penetration - p.mean) ** 2 order by c.market, c.place) as squares
    from cells as c
    join pooled as p on p.level = c.level and p.scope = c.scope and p.segment = c.segment and p.category = c.category
    group by c.level, c.scope, c.segment, c.category
  ),
  -- How many buyers the mean of the places is worth; null where it is all there is to know.
  priors as (
    select
      p.*,
      case when s.squares > (p.places - 1) * p.mean * (1 - p.mean) and p.weight > 0 then
        greatest(0, p.mean * (1 - p.mean) * p.weight / (s.squares - (p.places - 1) * p.mean * (1 - p.mean)) - 1)
      end as strength
    from pooled as p
    join spread as s on s.level = p.level and s.scope = p.scope and s.segment = p.segment and s.category = p.category
  ),
  shrunk as (
    select
      c.*, p.strength, coalesce(p.margin_a_buyer, 0) as margin_a_buyer,
      case when p.strength is null then p.mean else (c.category_buyers + p.strength * p.mean) / (c.buyers + p.strength) end as shrunk
    from cells as c
    join priors as p on p.level = c.level and p.scope = c.scope and p.segment = c.segment and p.category = c.category
  ),
  peers as (
    select
      *,
      case when strength is null then 0 else sqrt(shrunk * (1 - shrunk) / (buyers + strength + 1)) end as deviation,
      quantile_disc(shrunk, 0.75) over (partition by level, scope, segment, category) as peer
    from shrunk
  ),
  gaps as (
    select *, greatest(0, peer - shrunk) as gap, peer - shrunk > greatest(1.96 * deviation, 1e-9) as is_beyond_noise
    from peers
  ),
  tested as (
    select
      *,
      case when gap > 0.001 then cast(ceil(16 * (shrunk + gap / 2) * (1 - shrunk - gap / 2) / gap ** 2) as bigint) end as needed,
      is_beyond_noise and margin_a_buyer > 0 and buyers >= 30 as is_opening
    from gaps
  )
select
  level,
  market,
  place,
  segment,
  category,
  buyers,
  category_buyers,
  penetration,
  shrunk,
  deviation,
  peer,
  gap,
  is_beyond_noise,
  margin_a_buyer,
  times(gap * buyers, margin_a_buyer) as size,
  times(greatest(0, gap - 1.96 * deviation) * buyers, margin_a_buyer) as size_low,
  case when 2 * needed <= buyers - category_buyers then needed end as test_customers,
  case when is_opening then
    row_number() over (
      partition by is_opening
      order by times(gap * buyers, margin_a_buyer) desc, level, market, place, segment, category
    )
  end as rank
from tested
order by level, market, place, segment, category
