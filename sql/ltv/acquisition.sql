/*
description: >
  What customers cost to win and what they are worth, by the channel that won them. Costs are compared with the value of the
  customers whose cost is known, and of no others.
grain: one row a kind of customer and kind of channel
columns:
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  channel_kind: {type: VARCHAR, description: Kind of channel that won them; unknown where not told, tests: [not_null]}
  customers: {type: BIGINT, description: Customers who have bought, tests: [not_null]}
  customers_with_cost: {type: BIGINT, description: Those whose acquisition cost is known, tests: [not_null]}
  acquisition_cost: {type: 'DECIMAL(18,4)', description: What winning these cost; null when none is known}
  mean_acquisition_cost: {type: DOUBLE, description: A customer; null when none is known}
  mean_contribution: {type: DOUBLE, description: 'Historic contribution of a customer, over all of them'}
  mean_predicted_value: {type: DOUBLE, description: Predicted value of a customer; null without a forecast}
  value_to_cost: {type: DOUBLE, description: Contribution and predicted value of those with a cost over that cost}
tests:
  - unique: [kind, channel_kind]
*/
select
  kind,
  acquisition_channel_kind as channel_kind,
  count(*) as customers,
  count(acquisition_cost) as customers_with_cost,
  money(sum(acquisition_cost)) as acquisition_cost,
  avg(acquisition_cost) as mean_acquisition_cost,
  avg(contribution) as mean_contribution,
  avg(predicted_value) as mean_predicted_value,
  ratio(
    sum(contribution + coalesce(predicted_value, 0)) filter (where acquisition_cost is not null), sum(acquisition_cost)
  ) as value_to_cost
from ltv.customers
group by kind, acquisition_channel_kind
order by kind, channel_kind
