/*
description: >
  What each cell of a campaign did in the window, by the cell as drawn (intention to treat): whoever was drawn counts, whether
  the piece arrived or not. Response: bought, visited or called. Conversion: bought. Spend and margin a head: over all drawn,
  those who bought nothing among them. A campaign without a control has one row.
grain: one row a campaign and cell
columns:
  campaign_id: {type: VARCHAR, description: Campaign, tests: [not_null]}
  cell: {type: VARCHAR, description: Cell, tests: [not_null, {accepted_values: [treatment, control]}]}
  sent_on: {type: DATE, description: First day of contact, tests: [not_null]}
  last_sent_on: {type: DATE, description: Last day of contact, tests: [not_null]}
  is_list: {type: BOOLEAN, description: Names on a list, tests: [not_null]}
  pieces: {type: BIGINT, description: 'Pieces sent, those to further records of one customer too; 0 for control', tests: [not_null]}
  cost: {type: 'DECIMAL(18,4)', description: What the pieces cost, tests: [not_null]}
  size: {type: BIGINT, description: Customers or names drawn, tests: [{range: {min: 1}}]}
  responders: {type: BIGINT, description: Those who responded, tests: [not_null]}
  response: {type: DOUBLE, description: responders / size, tests: [not_null]}
  buyers: {type: BIGINT, description: Those who bought, tests: [not_null]}
  conversion: {type: DOUBLE, description: buyers / size, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales of what they bought in the window, tests: [not_null]}
  spend_a_head: {type: DOUBLE, description: net_sales / size, tests: [not_null]}
  spend_variance: {type: DOUBLE, description: Variance of spend over those drawn; null for one}
  margin: {type: 'DECIMAL(18,4)', description: Trading margin of what they bought, tests: [not_null]}
  margin_a_head: {type: DOUBLE, description: margin / size, tests: [not_null]}
  margin_variance: {type: DOUBLE, description: Variance of margin over those drawn; null for one}
  after_a_head: {type: DOUBLE, description: 'Net sales a head in as many days after the window; null before they are over'}
  after_variance: {type: DOUBLE, description: Its variance}
tests:
  - unique: [campaign_id, cell]
  - expression: buyers <= responders and responders <= size
*/
with
  sent as (
    select campaign_id, cell, count(*) as pieces, money(coalesce(sum(cost), 0)) as cost
    from staging.contacts
    where contacted_on <= as_of()
    group by campaign_id, cell
  ),
  sums as (
    select
      campaign_id,
      cell,
      min(contacted_on) as sent_on,
      max(contacted_on) as last_sent_on,
      bool_or(is_list) as is_list,
      count(*) as size,
      count(*) filter (where has_responded) as responders,
      count(*) filter (where purchases > 0) as buyers,
      sum(net_sales) as net_sales,
      sum(squared(net_sales)) as squared_sales,
      sum(margin) as margin,
      sum(squared(margin)) as squared_margin,
      sum(after_net_sales) as after_sales,
      sum(squared(after_net_sales)) as squared_after,
      count(after_net_sales) as after_size
    from campaigns.units
    group by campaign_id, cell
  )
select
  u.campaign_id,
  u.cell,
  u.sent_on,
  u.last_sent_on,
  u.is_list,
  case when u.cell = 'treatment' then s.pieces else 0 end as pieces,
  money(s.cost) as cost,
  u.size,
  u.responders,
  ratio(u.responders, u.size) as response,
  u.buyers,
  ratio(u.buyers, u.size) as conversion,
  money(u.net_sales) as net_sales,
  ratio(u.net_sales, u.size) as spend_a_head,
  variance_of(u.net_sales, u.squared_sales, u.size) as spend_variance,
  money(u.margin) as margin,
  ratio(u.margin, u.size) as margin_a_head,
  variance_of(u.margin, u.squared_margin, u.size) as margin_variance,
  ratio(u.after_sales, u.after_size) as after_a_head,
  variance_of(u.after_sales, u.squared_after, u.after_size) as after_variance
from sums as u
join sent as s on s.campaign_id = u.campaign_id and s.cell = u.cell
