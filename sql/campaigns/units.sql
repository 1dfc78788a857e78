/*
description: >
  Whom each campaign drew, in which cell, and what came of it in the window of the campaign, by the same yardstick in both
  cells: purchases, and visits or calls that the customer began. A customer with several records in one send is one unit, in
  the cell drawn for the first of them, whatever the others got: that cell was drawn at random. Names on lists are units where
  they are net names. The window runs from the day of contact (in-home day) to the last day of the campaign, else
  response_days; it is cut at the as-of day. After: the same number of days again, known only where they are over.
  What a unit was before is as it stood on the eve of the contact, with the bin edges of the as-of day; it is kept for
  campaigns with a control, which alone can tell what it means.
grain: one row a campaign and customer (or list name) that it drew
columns:
  campaign_id: {type: VARCHAR, description: Campaign, tests: [not_null]}
  unit_id: {type: VARCHAR, description: 'Customer, or name on a list that is none'}
  customer_id: {type: VARCHAR, description: Customer}
  kind: {type: VARCHAR, description: Kind of customer; person for a name on a list}
  market: {type: VARCHAR, description: Market of the customer}
  cell: {type: VARCHAR, description: Cell as drawn, tests: [not_null, {accepted_values: [treatment, control]}]}
  contacted_on: {type: DATE, description: Day of the contact}
  window_to: {type: DATE, description: Last day that counts}
  is_list: {type: BOOLEAN, description: A name on a list}
  segment: {type: VARCHAR, description: 'RFM segment on the eve of the contact; Outside without a purchase in its window, Prospect without any; null for a campaign without a control'}
  contacts_before: {type: BIGINT, description: 'Pieces sent to the customer in the 90 days before, of any campaign; null for a campaign without a control'}
  purchases: {type: BIGINT, description: Purchase days in the window}
  has_responded: {type: BOOLEAN, description: 'Bought, visited or called in the window'}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales of these purchases}
  margin: {type: 'DECIMAL(18,4)', description: Trading margin of these purchases}
  after_net_sales: {type: 'DECIMAL(18,4)', description: 'Net sales in as many days after the window; null before they are over'}
*/
with
  sent as (
    select
      c.contact_id,
      c.campaign_id,
      k.customer_id as unit_id,
      true as is_customer,
      c.cell = 'treatment' as is_treated,
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
      t.customer_id is not null,
      t.cell = 'treatment',
      t.contacted_on,
      t.window_to,
      true
    from lists.touches as t
    where t.is_net
  ),
  units as materialized (
    select
      row_number() over () as unit_no,
      campaign_id,
      unit_id,
      case when bool_or(is_customer) then unit_id end as customer_id,
      case when arg_min(is_treated, contact_id) then 'treatment' else 'control' end as cell,
      min(contacted_on) as contacted_on,
      max(ends_on) as ends_on,
      bool_or(is_list) as is_list,
      cast(max(ends_on) + cast(date_diff('day', min(contacted_on), max(ends_on)) + 1 as integer) as date) as after_to
    from sent
    group by campaign_id, unit_id
  ),
  compared as materialized (
    select u.unit_no, u.customer_id, u.contacted_on, c.kind
    from units as u
    join core.customers as c on c.customer_id = u.customer_id
    where u.campaign_id in (select campaign_id from units where cell = 'control')
  ),
  pressed as (
    select c.unit_no, count(*) as contacts_before
    from compared as c
    join units as u on u.customer_id = c.customer_id and u.contacted_on between c.contacted_on - 90 and c.contacted_on - 1
    where u.cell = 'treatment' and u.campaign_id not in (select campaign_id from staging.campaigns where medium = 'programme')
    group by c.unit_no
  ),
  stood as (
    select
      c.unit_no,
      c.contacted_on - max(p.purchased_on) as recency,
      count(*) filter (where p.purchased_on >= c.contacted_on - cast(param('rfm_window_days') as integer)) as frequency,
      sum(p.net_sales) filter (where p.purchased_on >= c.contacted_on - cast(param('rfm_window_days') as integer)) as monetary
    from compared as c
    join core.purchases as p on p.customer_id = c.customer_id and p.purchased_on < c.contacted_on
    group by c.unit_no, c.contacted_on
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
  scored as (
    select
      c.unit_no,
      coalesce(p.contacts_before, 0) as contacts_before,
      s.unit_no is not null as has_bought,
      case when s.frequency > 0 then score_down(s.recency, e.recency) end as r,
      case when s.frequency > 0 then score_up(s.frequency, e.frequency) end as f,
      case when s.frequency > 0 then score_up(s.monetary, e.monetary) end as m
    from compared as c
    left join stood as s on s.unit_no = c.unit_no
    left join pressed as p on p.unit_no = c.unit_no
    left join edges as e on e.kind = c.kind
  ),
  before as (
    select
      s.unit_no,
      s.contacts_before,
      case when k.segment is not null then k.segment when s.has_bought then 'Outside' else 'Prospect' end as segment
    from scored as s
    left join rfm.cells as k on k.r = s.r and k.f = s.f and k.m = s.m
  ),
  bought as (
    select
      u.unit_no,
      count(*) filter (where p.purchased_on <= u.ends_on) as purchases,
      sum(p.net_sales) filter (where p.purchased_on <= u.ends_on) as net_sales,
      sum(p.trading_margin) filter (where p.purchased_on <= u.ends_on) as margin,
      sum(p.net_sales) filter (where p.purchased_on > u.ends_on) as after_net_sales
    from units as u
    join core.purchases as p on p.customer_id = u.customer_id and p.purchased_on between u.contacted_on and u.after_to
    group by u.unit_no
  ),
  calls as (
    select k.customer_id, cast(i.happened_at as date) as happened_on
    from staging.interactions as i
    join identity.clusters as k
      on k.record_kind = case when i.person_id is not null then 'person' else 'organisation' end
      and k.record_id = coalesce(i.person_id, i.organisation_id)
  ),
  came as (
    select distinct u.unit_no
    from units as u
    join calls as i on i.customer_id = u.customer_id and i.happened_on between u.contacted_on and least(u.ends_on, as_of())
  )
select
  u.campaign_id,
  u.unit_id,
  u.customer_id,
  coalesce(c.kind, 'person') as kind,
  coalesce(c.market, 'unknown') as market,
  u.cell,
  u.contacted_on,
  cast(least(u.ends_on, as_of()) as date) as window_to,
  u.is_list,
  e.segment,
  e.contacts_before,
  coalesce(b.purchases, 0) as purchases,
  coalesce(b.purchases, 0) > 0 or v.unit_no is not null as has_responded,
  money(coalesce(b.net_sales, 0)) as net_sales,
  money(coalesce(b.margin, 0)) as margin,
  case when u.after_to <= as_of() then money(coalesce(b.after_net_sales, 0)) end as after_net_sales
from units as u
left join core.customers as c on c.customer_id = u.customer_id
left join before as e on e.unit_no = u.unit_no
left join bought as b on b.unit_no = u.unit_no
left join came as v on v.unit_no = u.unit_no
