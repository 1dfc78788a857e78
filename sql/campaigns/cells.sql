/*
description: >
  What each cell of a campaign did in the window, by the cell as drawn (intention to treat): whoever was drawn counts, whether
  the piece arrived or not. Response: bought, visited or called. Conversion: bought. Spend and margin a head: over all drawn,
  those who bought nothing among them. A campaign without a control has one row.
grain: one row a campaign and cell
columns:
  campaign_id: {type: VARCHAR, description: Campaign, tests: [not_null]}
  cell: {type: VARCHAR, description: Cell, tests: [not_null, {accepted_values: [treatment, control]}]}
  size: {type: BIGINT, description: Customers or names drawn, tests: [{range: {min: 1}}]}
  responders: {type: BIGINT, description: Those who responded, tests: [not_null]}
  response: {type: DOUBLE, description: responders / size, tests: [not_null]}
  buyers: {type: BIGINT, description: Those who bought, tests: [not_null]}
  conversion: {type: DOUBLE, description: buyers / size, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales of what they bought, tests: [not_null]}
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
select
  campaign_id,
  cell,
  count(*) as size,
  count(*) filter (where has_responded) as responders,
  ratio(count(*) filter (where has_responded), count(*)) as response,
  count(*) filter (where purchases > 0) as buyers,
  ratio(count(*) filter (where purchases > 0), count(*)) as conversion,
  money(sum(net_sales)) as net_sales,
  ratio(sum(net_sales), count(*)) as spend_a_head,
  variance_of(sum(net_sales), sum(squared(net_sales)), count(*)) as spend_variance,
  money(sum(margin)) as margin,
  ratio(sum(margin), count(*)) as margin_a_head,
  variance_of(sum(margin), sum(squared(margin)), count(*)) as margin_variance,
  ratio(sum(after_net_sales), count(after_net_sales)) as after_a_head,
  variance_of(sum(after_net_sales), sum(squared(after_net_sales)), count(after_net_sales)) as after_variance
from campaigns.units
group by campaign_id, cell
