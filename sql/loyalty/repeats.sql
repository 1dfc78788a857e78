/*
description: >
  Loyalty by repeat purchase: of the customers who made their n-th purchase and could be watched for 365 days, how many made
  the next within them. A purchase is a day; the tenth stands for all from the tenth on.
grain: one row a kind of customer (all too) and number of the purchase
columns:
  kind: {type: VARCHAR, description: 'person, organisation or all', tests: [not_null]}
  purchase_number: {type: BIGINT, description: 1 the first; 10 the tenth and later ones, tests: [not_null, {range: {min: 1, max: 10}}]}
  purchases: {type: BIGINT, description: Purchases of that number, tests: [not_null]}
  observed: {type: BIGINT, description: 'Of these, 365 days and more ago', tests: [not_null]}
  went_on: {type: BIGINT, description: 'Of the observed, followed by another within 365 days', tests: [not_null]}
  share: {type: DOUBLE, description: went_on ÷ observed}
  low: {type: DOUBLE, description: Lower end of its 95 % interval}
  high: {type: DOUBLE, description: Upper end}
  median_gap_days: {type: DOUBLE, description: 'Median days to the next, of those that went on'}
tests:
  - unique: [kind, purchase_number]
*/
with
  followed as (
    select
      kind,
      least(purchase_number, 10) as purchase_number,
      purchased_on + 365 <= as_of() as is_observed,
      lead(purchased_on) over (partition by customer_id order by purchased_on) - purchased_on as days
    from core.purchases
  ),
  counted as (
    select
      coalesce(kind, 'all') as kind,
      purchase_number,
      count(*) as purchases,
      count(*) filter (where is_observed) as observed,
      count(*) filter (where is_observed and days <= 365) as went_on,
      median(days) filter (where is_observed and days <= 365) as median_gap_days
    from followed
    group by grouping sets ((kind, purchase_number), (purchase_number))
  )
select
  kind, purchase_number, purchases, observed, went_on,
  ratio(went_on, observed) as share,
  wilson_low(went_on, observed) as low,
  wilson_high(went_on, observed) as high,
  median_gap_days
from counted
