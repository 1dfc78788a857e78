/*
description: 'What was planned, by month.'
grain: 'one row a metric, market and month'
columns:
  target_id: {type: VARCHAR, tests: [unique, not_null], description: Number of the target}
  metric: {type: VARCHAR, tests: [not_null, {accepted_values: [net_sales, active_customers, new_customers, contribution, nps]}], description: What is measured}
  market: {type: VARCHAR, description: ISO 3166-1 alpha-2 of the market; null for the whole firm}
  month: {type: DATE, tests: [not_null], description: First day of the month}
  value: {type: 'DECIMAL(18,4)', description: 'Planned value; money in the reporting currency, nps in points'}
*/
select
  cast(null as varchar) as target_id,
  cast(null as varchar) as metric,
  cast(null as varchar) as market,
  cast(null as date) as month,
  cast(null as decimal(18,4)) as value
where false
