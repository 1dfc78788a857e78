/*
description: >
  Where the values of each feature are parted into bins: the eighths of what was learnt from, equal ones once. A value's digit in
  a pattern is 0 where there is none, else 1 and the number of edges below it.
grain: one row a feature
columns:
  position: {type: INTEGER, description: Place of its digit in the patterns of churn.examples, tests: [not_null, unique]}
  feature: {type: VARCHAR, description: Column of churn.features, tests: [not_null, unique]}
  edges: {type: 'DOUBLE[]', description: 'Upper ends of the bins but the last, ascending'}
*/
with
  edges as (
    select
      bin_edges(silent_days) as silent_days,
      bin_edges(silence) as silence,
      bin_edges(purchases) as purchases,
      bin_edges(recent_purchases) as recent_purchases,
      bin_edges(trend) as trend,
      bin_edges(tenure_days) as tenure_days,
      bin_edges(mean_purchase) as mean_purchase,
      bin_edges(categories) as categories,
      bin_edges(discount_share) as discount_share,
      bin_edges(online_share) as online_share,
      bin_edges(return_rate) as return_rate,
      bin_edges(bad_complaints) as bad_complaints,
      bin_edges(good_complaints) as good_complaints,
      bin_edges(service_cases) as service_cases,
      bin_edges(satisfaction) as satisfaction,
      bin_edges(competitor_purchases) as competitor_purchases,
      bin_edges(contacts) as contacts,
      bin_edges(responses) as responses,
      bin_edges(is_organisation) as is_organisation
    from churn.features
    where stretch > 0
  ),
  listed as (
    select feature, bounds
    from edges unpivot include nulls (
      bounds for feature in (
        silent_days,
        silence,
        purchases,
        recent_purchases,
        trend,
        tenure_days,
        mean_purchase,
        categories,
        discount_share,
        online_share,
        return_rate,
        bad_complaints,
        good_complaints,
        service_cases,
        satisfaction,
        competitor_purchases,
        contacts,
        responses,
        is_organisation
      )
    )
  )
select
  cast(list_position([
    'silent_days',
    'silence',
    'purchases',
    'recent_purchases',
    'trend',
    'tenure_days',
    'mean_purchase',
    'categories',
    'discount_share',
    'online_share',
    'return_rate',
    'bad_complaints',
    'good_complaints',
    'service_cases',
    'satisfaction',
    'competitor_purchases',
    'contacts',
    'responses',
    'is_organisation'
  ], feature) as integer) as position,
  feature,
  bounds as edges
from listed
