/*
description: >
  The value of the base: contribution to date and predicted over the horizon, with a 95 % interval, and what winning the customers
  cost beside it. The interval covers the chance in purchases and the uncertainty of the purchase model's parameters; it does not
  cover a wrong model, nor a change of prices, margins or costs. value_to_cost compares customers whose acquisition cost is known.
grain: 'one row a kind of customer, and all'
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null, unique]}
  customers: {type: BIGINT, description: Customers who have bought, tests: [not_null]}
  net_sales: {type: 'DECIMAL(18,4)', description: Net sales to date, tests: [not_null]}
  contribution: {type: 'DECIMAL(18,4)', description: Historic contribution to date, tests: [not_null]}
  customers_forecast: {type: BIGINT, description: Customers with a predicted value, tests: [not_null]}
  expected_purchases: {type: 'DECIMAL(18,4)', description: Purchase days expected over the horizon}
  predicted_value: {type: 'DECIMAL(18,4)', description: Predicted contribution over the horizon; null without a forecast}
  predicted_lower: {type: 'DECIMAL(18,4)', description: Lower end of the interval}
  predicted_upper: {type: 'DECIMAL(18,4)', description: Upper end of the interval}
  interval_level: {type: DOUBLE, description: Level of the interval, tests: [not_null]}
  horizon_months: {type: INTEGER, description: 'Months predicted; the longest of the kinds in all', tests: [not_null]}
  customers_with_acquisition_cost: {type: BIGINT, description: Customers whose acquisition cost is known, tests: [not_null]}
  acquisition_cost: {type: 'DECIMAL(18,4)', description: What winning these cost; null when none is known}
  value_of_these: {type: 'DECIMAL(18,4)', description: Contribution and predicted value of these}
  value_to_cost: {type: DOUBLE, description: value_of_these / acquisition_cost}
tests:
  - expression: predicted_value is null or (predicted_lower <= predicted_value and predicted_value <= predicted_upper)
*/
with
  by_kind as (
    select
      kind,
      count(*) as customers,
      sum(net_sales) as net_sales,
      sum(contribution) as contribution,
      count(predicted_value) as customers_forecast,
      sum(expected_purchases) as expected_purchases,
      sum(predicted_value) as predicted_value,
      sum(times(margin_per_purchase, discounted_purchases)) as purchase_value,
      sum(
        cast(
          cast(purchase_variance as double)
          * pow(ratio(discounted_purchases, expected_purchases) * cast(margin_per_purchase as double), 2) as decimal(28, 6)
        )
      ) as chance_variance,
      count(acquisition_cost) as customers_with_acquisition_cost,
      sum(acquisition_cost) as acquisition_cost,
      sum(contribution + coalesce(predicted_value, 0)) filter (where acquisition_cost is not null) as value_of_these
    from ltv.customers
    group by kind
  ),
  uncertain as (
    select
      k.*,
      a.horizon_months,
      cast(k.chance_variance as double)
      + pow(cast(k.purchase_value as double) / t.expected, 2) * t.parameter_variance as variance
    from by_kind as k
    join ltv.assumptions as a on a.kind = k.kind
    left join ltv.purchase_totals as t on t.kind = k.kind
  ),
  totals as (
    select
      case when grouping(kind) = 1 then 'all' else kind end as kind,
      sum(customers) as customers,
      sum(net_sales) as net_sales,
      sum(contribution) as contribution,
      sum(customers_forecast) as customers_forecast,
      sum(expected_purchases) as expected_purchases,
      sum(predicted_value) as predicted_value,
      sum(cast(variance as decimal(38, 6))) as variance,
      max(horizon_months) as horizon_months,
      sum(customers_with_acquisition_cost) as customers_with_acquisition_cost,
      sum(acquisition_cost) as acquisition_cost,
      sum(value_of_these) as value_of_these
    from uncertain
    group by grouping sets ((kind), ())
    having count(*) > 0
  )
select
  kind,
  cast(customers as bigint) as customers,
  money(net_sales) as net_sales,
  money(contribution) as contribution,
  cast(customers_forecast as bigint) as customers_forecast,
  money(expected_purchases) as expected_purchases,
  money(predicted_value) as predicted_value,
  money(predicted_value - 1.96 * sqrt(cast(variance as double))) as predicted_lower,
  money(predicted_value + 1.96 * sqrt(cast(variance as double))) as predicted_upper,
  cast(0.95 as double) as interval_level,
  horizon_months,
  cast(customers_with_acquisition_cost as bigint) as customers_with_acquisition_cost,
  money(acquisition_cost) as acquisition_cost,
  money(value_of_these) as value_of_these,
  ratio(value_of_these, acquisition_cost) as value_to_cost
from totals
order by kind
