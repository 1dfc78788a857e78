/*
description: 'What the programme, the channels and the service cost, by month.'
grain: one row a cost and month
columns:
  cost_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the entry}
  kind: {type: VARCHAR, tests: [not_null, {accepted_values: [programme, channel, cost_to_serve, acquisition]}], description: What it pays for}
  channel_id: {type: VARCHAR, description: Channel it belongs to; see channels}
  programme: {type: VARCHAR, description: Programme it belongs to}
  month: {type: DATE, tests: [not_null], description: First day of the month}
  amount: {type: 'DECIMAL(18,4)', description: Amount in the reporting currency}
*/
select
  cast(null as varchar) as cost_id,
  cast(null as varchar) as kind,
  cast(null as varchar) as channel_id,
  cast(null as varchar) as programme,
  cast(null as date) as month,
  cast(null as decimal(18,4)) as amount
where false
