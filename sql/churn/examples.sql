/*
description: >
  churn.features in bins: each feature is one digit of the pattern, in the order of churn.feature_edges. Beside it what
  the naive rules know. Customers with the same pattern are alike to the models.
grain: one row a stretch and customer who had bought by its end
columns:
  stretch: {type: BIGINT, description: 0 ends on the as-of day, tests: [not_null]}
  customer_id: {type: VARCHAR, description: Customer, tests: [not_null]}
  kind: {type: VARCHAR, description: Kind of customer, tests: [not_null]}
  is_lost: {type: BOOLEAN, description: Did not buy in the stretch that followed; null for stretch 0}
  is_lapsed: {type: BOOLEAN, description: Silent for longer than lapse_days of the kind at the end of the stretch, tests: [not_null]}
  bought_lately: {type: BOOLEAN, description: Bought in the stretch, tests: [not_null]}
  pattern: {type: VARCHAR, description: One digit a feature, tests: [not_null]}
tests:
  - unique: [stretch, customer_id]
*/
with
  edges as (
    select
      any_value(edges) filter (where feature = 'silent_days') as silent_days,
      any_value(edges) filter (where feature = 'silence') as silence,
      any_value(edges) filter (where feature = 'purchases') as purchases,
      any_value(edges) filter (where feature = 'recent_purchases') as recent_purchases,
      any_value(edges) filter (where feature = 'trend') as trend,
      any_value(edges) filter (where feature = 'tenure_days') as tenure_days,
      any_value(edges) filter (where feature = 'mean_purchase') as mean_purchase,
      any_value(edges) filter (where feature = 'categories') as categories,
      any_value(edges) filter (where feature = 'discount_share') as discount_share,
      any_value(edges) filter (where feature = 'online_share') as online_share,
      any_value(edges) filter (where feature = 'return_rate') as return_rate,
      any_value(edges) filter (where feature = 'bad_complaints') as bad_complaints,
      any_value(edges) filter (where feature = 'good_complaints') as good_complaints,
      any_value(edges) filter (where feature = 'service_cases') as service_cases,
      any_value(edges) filter (where feature = 'satisfaction') as satisfaction,
      any_value(edges) filter (where feature = 'competitor_purchases') as competitor_purchases,
      any_value(edges) filter (where feature = 'contacts') as contacts,
      any_value(edges) filter (where feature = 'responses') as responses,
      any_value(edges) filter (where feature = 'is_organisation') as is_organisation
    from churn.feature_edges
  )
select
  f.stretch,
  f.customer_id,
  f.kind,
  f.is_lost,
  coalesce(f.silent_days > t.lapse_days, false) as is_lapsed,
  f.recent_purchases > 0 as bought_lately,
  concat(
    bin_digit(f.silent_days, e.silent_days),
    bin_digit(f.silence, e.silence),
    bin_digit(f.purchases, e.purchases),
    bin_digit(f.recent_purchases, e.recent_purchases),
    bin_digit(f.trend, e.trend),
    bin_digit(f.tenure_days, e.tenure_days),
    bin_digit(f.mean_purchase, e.mean_purchase),
    bin_digit(f.categories, e.categories),
    bin_digit(f.discount_share, e.discount_share),
    bin_digit(f.online_share, e.online_share),
    bin_digit(f.return_rate, e.return_rate),
    bin_digit(f.bad_complaints, e.bad_complaints),
    bin_digit(f.good_complaints, e.good_complaints),
    bin_digit(f.service_cases, e.service_cases),
    bin_digit(f.satisfaction, e.satisfaction),
    bin_digit(f.competitor_purchases, e.competitor_purchases),
    bin_digit(f.contacts, e.contacts),
    bin_digit(f.responses, e.responses),
    bin_digit(f.is_organisation, e.is_organisation)
  ) as pattern
from churn.features as f
cross join edges as e
join churn.thresholds as t on t.kind = f.kind
