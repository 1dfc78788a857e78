/*
description: >
  Whom each campaign drew, in which cell, and what came of it in the window of the campaign, by the same yardstick in both
  cells: purchases, and visits or calls that the customer began. A customer with several records in one send is one unit, in
  the cell drawn for the first of them, whatever the others got: that cell was drawn at random. Names on lists are units where
  they are net names. The window runs from the day of contact (in-home day) to the last day of the campaign, else
  response_days; it is cut at the as-of day. After: the same number of days again, known only where they are over.
  What a unit was before is as it stood on the eve of the contact, with the bin edges of the as-of day.
grain: one row a campaign and customer (or list name) that it drew
columns:
  campaign_id: {type: VARCHAR, description: Campaign, tests: [not_null]}
  unit_id: {type: VARCHAR, description: 'Customer, or name on a list that is none', tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer}
  kind: {type: VARCHAR, description: Kind of customer; person for a name on a list, tests: [not_null]}
  market: {type: VARCHAR, description: Market of the customer, tests: [not_null]}
  cell: {type: VARCHAR, description: Cell as drawn, tests: [not_null, {accepted_values: [treatment, control]}]}
  medium: {type: VARCHAR, description: Medium of the contact}
  contacted_on: {type: DATE, description: Day of the contact, tests: [not_null]}
  window_to: {type: DATE, description: Last day that counts, tests: [not_null]}
  is_list: {type: BOOLEAN, description: A name on a list, tests: [not_null]}
  segment: {type: VARCHAR, description: 'RFM segment on the eve of the contact; Outside without a purchase in its window, Prospect without any', tests: [not_null]}
  contacts_before: {type: BIGINT, description: 'Pieces sent to the customer in the 90 days before, of any campaign', tests: [not_null]}
  purchases: {type: BIGINT, description: Purchase days in the window, tests: [not_null]}
  has_responded: {type: BOOLEAN, description: 'Bought, visited or called in the window', tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales of these purchases, tests: [not_null]}
  margin: {type: 'DECIMAL(18,4)', description: Trading margin of these purchases, tests: [not_null]}
  after_net_sales: {type: 'DECIMAL(18,4)', description: 'Net sales in as many days after the window; null before they are over'}
tests:
  - unique: [campaign_id, unit_id]
*/
with
  sent as (
    select
      c.contact_id,
      c.campaign_id,
      k.customer_id as unit_id,
      k.customer_id,
      c.cell,
      c.medium,
      c.contacted_on,
      coalesce(m.ended_on, c.contacted_on + cast(param('response_days') as integer)) as ends_on,
      false as is_list
    from staging.contacts as c
    join identity.clusters as k
      on k.record_kind = case when c.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(c.person_id, c.organisation_id)
    left join staging.campaigns as m on m.campaign_id = c.campaign_id
    where c.list_id is null and c.contacted_on <= as_of()
    union all
    select
      t.contact_id,
      t.campaign_id,
      coalesce(t.customer_id, t.list_name_id, t.contact_id),
      t.customer_id,
      t.cell,
      m.medium,
      t.contacted_on,
      t.window_to,
      true
    from lists.touches as t
    left join staging.campaigns as m on m.campaign_id = t.campaign_id
    where t.is_net
  ),
  units as (
    select
      campaign_id,
      unit_id,
      any_value(customer_id) as customer_id,
      arg_min(cell, contact_id) as cell,
      any_value(medium) as medium,
      min(contacted_on) as contacted_on,
      max(ends_on) as ends_on,
      bool_or(is_list) as is_list,
      cast(max(ends_on) + cast(date_diff('day', min(contacted_on), max(ends_on)) + 1 as integer) as date) as after_to
    from sent
    group by campaign_id, unit_id
  ),
  counted as (
    select
      *,
      count(*) filter (where cell = 'treatment' and medium is distinct from 'programme') over (
        partition by unit_id
        order by contacted_on
        range between interval 90 days preceding and interval 1 day preceding
      ) as contacts_before
    from units
  ),
  running as (
    select
      customer_id,
      purchased_on,
      purchase_number,
      sum(net_sales) over (partition by customer_id order by purchased_on) as spent
    from core.purchases
  ),
  -- The last purchase before the contact, and what lay before the window of recency-frequency-monetary.
  stood as (
    select
      u.*,
      u.contacted_on - b.purchased_on as recency,
      b.purchase_number as purchases_to_then,
      b.spent as spent_to_then
    from counted as u
    asof left join running as b on b.customer_id = u.customer_id and b.purchased_on < u.contacted_on
  ),
  standing as (
    select
      s.*,
      case when s.recency <= cast(param('rfm_window_days') as integer) then s.recency end as recency_days,
      s.purchases_to_then - coalesce(o.purchase_number, 0) as frequency,
      s.spent_to_then - coalesce(o.spent, 0) as monetary
    from stood as s
    asof left join running as o
      on o.customer_id = s.customer_id and o.purchased_on < s.contacted_on - cast(param('rfm_window_days') as integer)
  ),
  edges as (
    select
      kind,
      edges_of(high, score, measure = 'recency') as recency,
      edges_of(low, score, measure = 'frequency') as frequency,
      edges_of(low, score, measure = 'monetary') as monetary
    from rfm.bins
    where scoring = 'independent'
    group by kind
  ),
  bought as (
    select
      u.campaign_id,
      u.unit_id,
      count(*) filter (where p.purchased_on <= u.ends_on) as purchases,
      sum(p.net_sales) filter (where p.purchased_on <= u.ends_on) as net_sales,
      sum(p.trading_margin) filter (where p.purchased_on <= u.ends_on) as margin,
      sum(p.net_sales) filter (where p.purchased_on > u.ends_on) as after_net_sales
    from units as u
    join core.purchases as p
      on p.customer_id = u.customer_id
      and p.purchased_on between u.contacted_on and u.after_to
    group by u.campaign_id, u.unit_id
  ),
  calls as (
    select k.customer_id, cast(i.happened_at as date) as happened_on
    from staging.interactions as i
    join identity.clusters as k
      on k.record_kind = case when i.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(i.person_id, i.organisation_id)
  ),
  came as (
    select distinct u.campaign_id, u.unit_id
    from units as u
    join calls as i on i.customer_id = u.customer_id and i.happened_on between u.contacted_on and least(u.ends_on, as_of())
  )
select
  s.campaign_id,
  s.unit_id,
  s.customer_id,
  coalesce(c.kind, 'person') as kind,
  coalesce(c.market, 'unknown') as market,
  s.cell,
  s.medium,
  s.contacted_on,
  cast(least(s.ends_on, as_of()) as date) as window_to,
  s.is_list,
  case
    when s.purchases_to_then is null then 'Prospect'
    when s.recency_days is null then 'Outside'
    else rfm_segment(
      score_down(s.recency_days, e.recency), score_up(s.frequency, e.frequency), score_up(s.monetary, e.monetary)
    )
  end as segment,
  s.contacts_before,
  coalesce(b.purchases, 0) as purchases,
  coalesce(b.purchases, 0) > 0 or v.unit_id is not null as has_responded,
  money(coalesce(b.net_sales, 0)) as net_sales,
  money(coalesce(b.margin, 0)) as margin,
  case when s.after_to <= as_of() then money(coalesce(b.after_net_sales, 0)) end as after_net_sales
from standing as s
left join core.customers as c on c.customer_id = s.customer_id
left join edges as e on e.kind = c.kind
left join bought as b on b.campaign_id = s.campaign_id and b.unit_id = s.unit_id
left join came as v on v.campaign_id = s.campaign_id and v.unit_id = s.unit_id
